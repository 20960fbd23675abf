package twofactor

import (
	"context"
	"errors"
	"slices"
	"time"
)

// redemptionKept is how long a redeemed assertion is remembered; its life is
// two minutes.
const redemptionKept = time.Hour

// RedeemInput is an assertion, or the code of a hosted page with its login.
type RedeemInput struct {
	Assertion Secret
	Code      Secret
	LoginID   string
}

// RedeemAnswer is what an assertion said.
type RedeemAnswer struct {
	Assertion Secret
	User      string
	Tenant    string
	LoginID   string
	AMR       []string
	ACR       string
	AuthTime  time.Time
	// DeviceToken is there only when a hosted page remembered the device.
	DeviceToken Secret
}

// Redeem takes an assertion once: the second time is CodeAssertionUsed. One
// that has expired, or is for another tenant, audience or an earlier factor,
// is CodeUnauthenticated.
func (v *Verify) Redeem(ctx context.Context, c Caller, tenant string, in RedeemInput) (RedeemAnswer, error) {
	loaded, err := v.load(ctx, Want{Key: TenantKey(tenant), Eventually: true})
	if err != nil {
		return RedeemAnswer{}, err
	}
	if err := mayReach(c.Key, Get[Tenant](loaded, TenantKey(tenant)), ScopeLogin); err != nil {
		return RedeemAnswer{}, err
	}
	if (in.Assertion == "") == (in.Code == "") {
		return RedeemAnswer{}, invalid("/assertion", "Send an assertion, or a code with its login_id.")
	}
	if in.Code != "" {
		return RedeemAnswer{}, badAssertion()
	}
	stated, err := v.readFresh(ctx, c.Key.Audience, tenant, in.Assertion)
	if err != nil {
		return RedeemAnswer{}, err
	}
	if err := v.useUp(ctx, stated); err != nil {
		return RedeemAnswer{}, err
	}
	return RedeemAnswer{
		Assertion: in.Assertion, User: stated.Ref.User, Tenant: tenant, LoginID: stated.LoginID,
		AMR: slices.Clone(stated.AMR), ACR: stated.ACR, AuthTime: stated.AuthTime,
	}, nil
}

func badAssertion() error {
	return refuse(CodeUnauthenticated, "The assertion does not stand: it is not ours, has expired, or is for another tenant, audience or factor.")
}

// readFresh reads an assertion that has not expired and fits the user as he
// is now.
func (v *Verify) readFresh(ctx context.Context, audience, tenant string, token Secret) (Assertion, error) {
	stated, err := v.readAssertion(ctx, audience, tenant, token)
	if err != nil {
		return Assertion{}, err
	}
	if !v.Now().Before(stated.ExpiresAt) {
		return Assertion{}, badAssertion()
	}
	found, err := v.load(ctx, Want{Key: AuthKey(stated.Ref)})
	if err != nil {
		return Assertion{}, err
	}
	user := Get[Auth](found, AuthKey(stated.Ref))
	if user == nil || !user.Active || user.Incarnation != stated.Inc || user.Generation != stated.Generation {
		return Assertion{}, badAssertion()
	}
	return stated, nil
}

// readAssertion checks everything about an assertion but its age and its
// factor.
func (d Deps) readAssertion(ctx context.Context, audience, tenant string, token Secret) (Assertion, error) {
	stated, err := d.Assertions.ReadAssertion(ctx, token)
	if errors.Is(err, ErrBadToken) {
		return Assertion{}, badAssertion()
	}
	if err != nil {
		return Assertion{}, unavailable(err)
	}
	if stated.Audience != audience || stated.Ref.Tenant != tenant || stated.Issuer != d.Issuer {
		return Assertion{}, badAssertion()
	}
	return stated, nil
}

// useUp marks an assertion as redeemed; exactly one caller wins.
func (v *Verify) useUp(ctx context.Context, stated Assertion) error {
	now := v.Now()
	mark := &Redemption{Tenant: stated.Ref.Tenant, ID: stated.LoginID, At: now}
	mark.Expires = now.Add(redemptionKept)
	err := v.Store.Commit(ctx, Commit{Put: []Record{mark}})
	var lost *ConflictError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &lost) && lost.Transient:
		return refuse(CodeConflict, "Somebody redeems the same assertion at this moment; repeat.")
	case errors.As(err, &lost):
		return refuse(CodeAssertionUsed, "The assertion was redeemed already.")
	}
	return unavailable(err)
}
