"""The company calls out: call-backs today (`callbacks`); campaigns, pacing and do-not-call when it does so unasked."""
