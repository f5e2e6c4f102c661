"""Everything said to and by contacts: templates, drafts, the log, letters and e-mail (specification: interactions)."""
