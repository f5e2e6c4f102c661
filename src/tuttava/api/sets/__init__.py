"""The sets of what the foundation keeps: it knows no services, so they are declared here."""
