"""Messages to the addresses of others: signed, or as chats write them."""

from notifications.bridges.endpoints.sending import send as send
