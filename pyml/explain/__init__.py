"""What demos show beside the learning: the arithmetic behind a picture. It changes no network."""
