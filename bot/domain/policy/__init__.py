"""Rules of the policy: severities, terms, what an installation decided for itself."""
