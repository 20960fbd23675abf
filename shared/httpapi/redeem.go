package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// redeemRequest is the body of POST …/assertions/redeem: an assertion, or a
// code with the login it belongs to.
type redeemRequest struct {
	Assertion *string `json:"assertion"`
	Code      *string `json:"code"`
	LoginID   *string `json:"login_id"`
}

func (r redeemRequest) input() (twofactor.RedeemInput, error) {
	byAssertion := r.Assertion != nil && r.Code == nil && r.LoginID == nil
	byCode := r.Assertion == nil && r.Code != nil && r.LoginID != nil
	if !byAssertion && !byCode {
		return twofactor.RedeemInput{}, invalid("", "Send either assertion, or code and login_id.")
	}
	return twofactor.RedeemInput{Assertion: secret(r.Assertion), Code: secret(r.Code), LoginID: orEmpty(r.LoginID)}, nil
}

// redeemBody says what an assertion says.
type redeemBody struct {
	Assertion   string   `json:"assertion"`
	User        string   `json:"user"`
	Tenant      string   `json:"tenant"`
	LoginID     string   `json:"login_id"`
	AMR         []string `json:"amr"`
	ACR         string   `json:"acr"`
	AuthTime    *string  `json:"auth_time"`
	DeviceToken string   `json:"device_token,omitzero"`
}

func redeem(ctx context.Context, d Deps, r request[redeemRequest]) (answer, error) {
	in, err := r.Body.input()
	if err != nil {
		return answer{}, err
	}
	a, err := d.Verify.Redeem(ctx, r.Caller, r.Tenant, in)
	return ok(redeemBody{
		Assertion:   a.Assertion.Reveal(),
		User:        a.User,
		Tenant:      a.Tenant,
		LoginID:     a.LoginID,
		AMR:         a.AMR,
		ACR:         a.ACR,
		AuthTime:    stamp(a.AuthTime),
		DeviceToken: a.DeviceToken.Reveal(),
	}), err
}
