def measure(report):
    return 0.0
