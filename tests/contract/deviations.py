"""Where engines differ from AWS Step Functions, each with the reason that a test may show."""

DEVIATIONS = {
    ("moto", "a second answer is refused"): (
        "moto sometimes takes the answer of a task that is over, and forgets it."
    ),
    ("ministack", "InvalidToken"): "MiniStack says TaskDoesNotExist of what never was a token.",
    ("moto", "status changes"): "moto sends no events to EventBridge.",
    ("moto", "heartbeat"): "moto knows no heartbeat of a task without HeartbeatSeconds.",
    ("moto", "newest events first"): "moto gives the oldest event first whatever it is asked.",
    ("moto", "stop"): "moto keeps a stopped execution RUNNING until its task is answered.",
    ("ministack", "parameters in the history"): (
        "MiniStack's history has no parameters, so no token can be read back from it."
    ),
    ("ministack", "all events in the history"): (
        "MiniStack's history leaves out TaskStarted and TaskSubmitted."
    ),
}
