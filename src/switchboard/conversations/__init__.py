"""The spine: a contact, its queue visits, offers and engagements."""
