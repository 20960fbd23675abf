package twofactor

import "time"

// decideStepUp decides a login that the gate asked for: the second factor is
// shown now, whatever an ordinary login would need (contract §4.5). Without a
// factor the ordinary rules hold.
func decideStepUp(s situation) verdict {
	s.device = false
	ordinary := decide(s)
	resting := ordinary.State == StateNotAvailable
	if s.user.Factor == nil || resting || !s.user.Active || s.user.ResetMark {
		return ordinary
	}
	s.first = FirstFactor{Method: SignInPassword}
	return decide(s)
}

// decideGateEnroll decides a login that the gate made for somebody without a
// factor: it enrols, also where nothing requires it, and is never put off.
func decideGateEnroll(s situation) verdict {
	v := decide(s)
	if s.user.Factor != nil || v.State == StateNotAvailable || !s.user.Active {
		return v
	}
	if v.Decision != DecisionEnroll {
		v.Decision, v.Reason = DecisionEnroll, ReasonActivationRequested
		v.EnrollBy = time.Time{}
	}
	v.Skippable = false
	return v
}
