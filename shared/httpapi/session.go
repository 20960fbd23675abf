package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// selfServiceRequest is the body of POST …/self-service.
type selfServiceRequest struct {
	ReturnURL string `json:"return_url"`
	State     string `json:"state"`
}

// selfServiceBody carries the token for the calls of contract §4.3.
type selfServiceBody struct {
	LoginID   string  `json:"login_id"`
	Token     string  `json:"token"`
	ExpiresAt *string `json:"expires_at"`
}

func selfService(ctx context.Context, d Deps, r request[selfServiceRequest]) (answer, error) {
	a, err := d.Verify.SelfService(ctx, r.Caller, r.ref(), twofactor.SelfServiceInput(r.Body))
	return created(selfServiceBody{LoginID: a.LoginID, Token: a.Token.Reveal(), ExpiresAt: stamp(a.ExpiresAt)}), err
}

// sessionBody tells a page who its token is for and what it may do.
type sessionBody struct {
	Kind       twofactor.TokenKind `json:"kind"`
	Tenant     string              `json:"tenant"`
	TenantName string              `json:"tenant_name"`
	Issuer     string              `json:"issuer"`
	User       string              `json:"user"`
	LoginID    *string             `json:"login_id"`
	ExpiresAt  *string             `json:"expires_at"`
	May        []string            `json:"may"`
	State      stateBody           `json:",embed"`
	Policy     policyBody          `json:"policy"`
}

func session(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	a, err := d.Verify.Session(ctx, r.Caller)
	return ok(sessionBody{
		Kind:       a.Kind,
		Tenant:     a.Ref.Tenant,
		TenantName: a.TenantName,
		Issuer:     a.AppIssuer,
		User:       a.Ref.User,
		LoginID:    orNull(a.LoginID),
		ExpiresAt:  stamp(a.ExpiresAt),
		May:        a.May,
		State:      showState(a.User),
		Policy:     showPolicy(a.Policy),
	}), err
}
