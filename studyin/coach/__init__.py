"""What decides what to say: the notes coach, the model coach and the dialogue they share."""
