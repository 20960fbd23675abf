package twofactor

import (
	"context"
	"strconv"
)

// The person's answers to the gate's dialog.
const (
	ActivateNow   = "now"
	ActivateLater = "later"
)

// ActivationAnswer says what becomes of the session.
type ActivationAnswer struct {
	EndSession bool
	// DeferralsLeft is there for "later".
	DeferralsLeft int
}

// Activate takes the person's answer to the gate: "now" ends the session, and
// the next login enrols; "later" counts one deferral and lets nothing through.
func (v *Verify) Activate(ctx context.Context, c Caller, ref Ref, when string) (ActivationAnswer, error) {
	if when != ActivateNow && when != ActivateLater {
		return ActivationAnswer{}, invalid("/when", `It is "now" or "later".`)
	}
	// It is the person's own answer, whoever is named as actor.
	c.Actor = nil
	var answer ActivationAnswer
	err := v.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		l, err := v.loadKnown(ctx, c, ref)
		if err != nil {
			return Commit{}, err
		}
		verdict := decide(l.situation(v.Now()))
		if err := l.mayActivate(verdict); err != nil {
			return Commit{}, err
		}
		next := *l.user
		if when == ActivateNow {
			answer = ActivationAnswer{EndSession: true}
			return v.activateNow(c, &next)
		}
		answer = ActivationAnswer{DeferralsLeft: verdict.DeferralsLeft - 1}
		return v.activateLater(c, &next, verdict.DeferralsLeft)
	})
	if err != nil {
		return ActivationAnswer{}, err
	}
	return answer, nil
}

func (l *login) mayActivate(v verdict) error {
	switch {
	case !l.user.Active:
		return notActive()
	case v.State == StateNotAvailable:
		return notAvailable()
	case l.user.Factor != nil:
		return alreadyActive()
	}
	return nil
}

// activateNow marks the user; a mark that is there already is not written
// again.
func (v *Verify) activateNow(c Caller, next *Auth) (Commit, error) {
	if next.ActivationRequested {
		return Commit{}, nil
	}
	next.ActivationRequested = true
	e, err := v.event(c, EventActivationRequested, next.Ref)
	return Commit{Event: e, Put: []Record{next}}, err
}

func (v *Verify) activateLater(c Caller, next *Auth, left int) (Commit, error) {
	if left <= 0 {
		return Commit{}, refuse(CodeDeferralExhausted, "It cannot be put off any more.")
	}
	next.Deferrals++
	e, err := v.event(c, EventDeferred, next.Ref)
	if err != nil {
		return Commit{}, err
	}
	e.Detail["deferrals_left"] = strconv.Itoa(left - 1)
	e.Detail["at"] = "gate"
	return Commit{Event: e, Put: []Record{next}}, nil
}
