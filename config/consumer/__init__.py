"""`manage.py consume`: takes in what states and other services send to the message queues."""
