"""The wordings of prompts: written, chosen, and tried out."""
