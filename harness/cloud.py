"""AWS on this machine: MiniStack, and microburst between it and the product."""


class Cloud:
    def __init__(self, var):
        self.var = var
