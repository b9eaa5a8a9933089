"""Server-sent events for whoever is signed in. What they tell of is brought by the apps above."""
