"""Forecast, staffing, shifts, adherence, targets, pay. Empty until shifts are planned."""
