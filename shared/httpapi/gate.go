package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// checkRequest is the body of POST …/checks (contract §4.5). A platform whose
// session began without an assertion leaves it out.
type checkRequest struct {
	Action  string `json:"action" want:"required"`
	Session struct {
		Assertion *string `json:"assertion" want:"nullable"`
	} `json:"session"`
}

// checkedBody is the gate's answer where no dialog follows: allow, or deny
// with its reason.
type checkedBody struct {
	Decision twofactor.Decision `json:"decision"`
	Reason   twofactor.Reason   `json:"reason,omitzero"`
	RetryAt  *string            `json:"retry_at,omitzero"`
}

// gateBody asks for a code.
type gateBody struct {
	Decision  twofactor.Decision `json:"decision"`
	LoginID   string             `json:"login_id"`
	Login     string             `json:"login"`
	ExpiresAt *string            `json:"expires_at"`
}

// gateEnrollBody asks for an enrolment, with what the dialog shows.
type gateEnrollBody struct {
	Gate    gateBody `json:",embed"`
	Email   *string  `json:"email"`
	Options []string `json:"options"`
}

func showCheck(a twofactor.CheckAnswer) any {
	gate := gateBody{Decision: a.Decision, LoginID: a.LoginID, Login: a.Login.Reveal(), ExpiresAt: stamp(a.ExpiresAt)}
	switch a.Decision {
	case twofactor.DecisionEnroll:
		return gateEnrollBody{Gate: gate, Email: orNull(a.Email), Options: a.Options}
	case twofactor.DecisionVerify:
		return gate
	}
	return checkedBody{Decision: a.Decision, Reason: a.Reason, RetryAt: roundUp(a.RetryAt)}
}

func check(ctx context.Context, d Deps, r request[checkRequest]) (answer, error) {
	a, err := d.Verify.Check(ctx, r.Caller, r.ref(), twofactor.CheckInput{
		Action:    r.Body.Action,
		Assertion: secret(r.Body.Session.Assertion),
	})
	return ok(showCheck(a)), err
}

// activationRequest is the body of POST …/activation: the person's answer to
// the gate's dialog.
type activationRequest struct {
	When string `json:"when" want:"required"`
}

// activationBody says what becomes of the session; what is left is told for
// "later" alone.
type activationBody struct {
	EndSession    bool `json:"end_session"`
	DeferralsLeft *int `json:"deferrals_left,omitzero"`
}

func activate(ctx context.Context, d Deps, r request[activationRequest]) (answer, error) {
	a, err := d.Verify.Activate(ctx, r.Caller, r.ref(), r.Body.When)
	b := activationBody{EndSession: a.EndSession}
	if !a.EndSession {
		b.DeferralsLeft = &a.DeferralsLeft
	}
	return ok(b), err
}
