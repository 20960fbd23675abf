package twofactor

import (
	"context"
	"errors"
	"time"
)

// CheckInput asks whether a session may do a protected action.
type CheckInput struct {
	Action string
	// Assertion is the one that the session began with; "" when the platform
	// has none.
	Assertion Secret
}

// The ways out of the gate's dialog.
const (
	OptionActivateNow   = "activate_now"
	OptionActivateLater = "activate_later"
)

// CheckAnswer is the gate's (contract §4.5).
type CheckAnswer struct {
	Decision Decision
	Reason   Reason
	// Email is the user's address, for the dialog; "" when there is none.
	Email   string
	Options []string
	LoginID string
	// Login is there for enroll and verify; its purpose does not change.
	Login     Secret
	ExpiresAt time.Time
	RetryAt   time.Time
}

// Check is the gate for protected actions: allow only with a second factor
// shown in this session. It writes nothing.
func (v *Verify) Check(ctx context.Context, c Caller, ref Ref, in CheckInput) (CheckAnswer, error) {
	if in.Action == "" || len(in.Action) > MaxID {
		return CheckAnswer{}, invalid("/action", "An action is 1 to %d bytes.", MaxID)
	}
	l, err := v.loadKnown(ctx, c, ref)
	if err != nil {
		return CheckAnswer{}, err
	}
	s := l.situation(v.Now())
	policy := effectivePolicy(l.tenant, l.parent, floorHolds(l.tenant, l.parent, l.user))
	switch {
	case !l.user.Active:
		return CheckAnswer{Decision: DecisionDeny, Reason: ReasonUserInactive}, nil
	case !contains(policy.ProtectedActions, in.Action), decide(s).State == StateNotAvailable:
		return CheckAnswer{Decision: DecisionAllow}, nil
	}
	shown, err := v.showsSecond(ctx, c.Key, l, policy, in.Assertion)
	if err != nil {
		return CheckAnswer{}, err
	}
	switch {
	case shown:
		return CheckAnswer{Decision: DecisionAllow}, nil
	case l.user.Factor == nil:
		return v.gateEnroll(ctx, c, l, decideGateEnroll(s))
	}
	return v.gateVerify(ctx, c, l, decideStepUp(s))
}

// loadKnown loads a user who must exist, for a platform with the scope login.
func (v *Verify) loadKnown(ctx context.Context, c Caller, ref Ref) (*login, error) {
	if err := checkUserID(ref.User); err != nil {
		return nil, err
	}
	l, err := v.loadLogin(ctx, c, ref.Tenant, LoginInput{User: LoginUser{ID: ref.User}})
	if err != nil {
		return nil, err
	}
	if l.user == nil {
		return nil, userNotFound()
	}
	return l, nil
}

// situation is a login of the user by his usual first factor.
func (l *login) situation(now time.Time) situation {
	return situation{
		tenant: l.tenant, parent: l.parent, user: l.user,
		first: FirstFactor{Method: l.user.SignIn}, now: now,
	}
}

// showsSecond reports whether an assertion shows that this user's session had
// a second factor: his, of this tenant and audience, of the factor as it is
// now, and no older than session_hours.
func (v *Verify) showsSecond(ctx context.Context, key *APIKey, l *login, policy Policy, token Secret) (bool, error) {
	if token == "" {
		return false, nil
	}
	stated, err := v.Assertions.ReadAssertion(ctx, token)
	if errors.Is(err, ErrBadToken) {
		return false, nil
	}
	if err != nil {
		return false, unavailable(err)
	}
	age := v.Now().Sub(stated.IssuedAt)
	fresh := age < time.Duration(policy.SessionHours)*time.Hour && age > -clockAhead
	return fresh && stated.ACR == acrTwo && stated.Ref == l.ref && stated.Audience == key.Audience &&
		stated.Inc == l.user.Incarnation && stated.Generation == l.user.Generation, nil
}

// gateEnroll answers for a user without an active factor.
func (v *Verify) gateEnroll(ctx context.Context, c Caller, l *login, verdict verdict) (CheckAnswer, error) {
	found, err := v.load(ctx, Want{Key: DirectoryKey(l.ref)})
	if err != nil {
		return CheckAnswer{}, err
	}
	answer, err := v.gateLogin(ctx, c, l, PurposeGateEnroll, verdict)
	if err != nil {
		return CheckAnswer{}, err
	}
	// The dialog shows where the mail with the code will go.
	answer.Email = Get[Directory](found, DirectoryKey(l.ref)).trusted(v.Now())
	answer.Options = []string{OptionActivateNow}
	if verdict.DeferralsLeft > 0 {
		answer.Options = append(answer.Options, OptionActivateLater)
	}
	return answer, nil
}

// gateVerify answers for a user with a factor: a step-up, unless no code
// would be accepted.
func (v *Verify) gateVerify(ctx context.Context, c Caller, l *login, verdict verdict) (CheckAnswer, error) {
	if verdict.Decision == DecisionDeny {
		return CheckAnswer{Decision: DecisionDeny, Reason: verdict.Reason, RetryAt: verdict.RetryAt}, nil
	}
	return v.gateLogin(ctx, c, l, PurposeStepUp, verdict)
}

func (v *Verify) gateLogin(ctx context.Context, c Caller, l *login, purpose Purpose, verdict verdict) (CheckAnswer, error) {
	token, err := v.loginToken(c, l, LoginInput{First: FirstFactor{Method: l.user.SignIn}})
	if err != nil {
		return CheckAnswer{}, err
	}
	token.Purpose = purpose
	asked, err := v.ask(ctx, token, l.user, verdict)
	if err != nil {
		return CheckAnswer{}, err
	}
	return CheckAnswer{
		Decision: asked.Decision, Reason: asked.Reason, LoginID: asked.LoginID,
		Login: asked.Login, ExpiresAt: asked.ExpiresAt,
	}, nil
}
