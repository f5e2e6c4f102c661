"""How the register shows in the services; importing the modules registers their sets."""
