package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// loginRequest is the body of POST …/logins (contract §3).
type loginRequest struct {
	User struct {
		ID    string        `json:"id" want:"required"`
		Email maybe[string] `json:"email" want:"nullable"`
		Name  maybe[string] `json:"name" want:"nullable"`
		Role  *string       `json:"role"`
	} `json:"user" want:"required"`
	FirstFactor struct {
		Method twofactor.SignIn `json:"method" want:"required"`
		IDP    string           `json:"idp"`
		AMR    []string         `json:"amr"`
	} `json:"first_factor" want:"required"`
	DeviceToken *string `json:"device_token" want:"nullable"`
	Client      struct {
		IP        string `json:"ip"`
		UserAgent string `json:"user_agent"`
	} `json:"client"`
	ReturnURL string `json:"return_url"`
	State     string `json:"state"`
}

func (r loginRequest) input() (twofactor.LoginInput, error) {
	in := twofactor.LoginInput{
		User:        twofactor.LoginUser{ID: r.User.ID, Role: r.User.Role},
		First:       twofactor.FirstFactor{Method: r.FirstFactor.Method, IDP: r.FirstFactor.IDP, AMR: r.FirstFactor.AMR},
		DeviceToken: secret(r.DeviceToken),
		Client:      twofactor.ClientInfo{IP: r.Client.IP, UserAgent: r.Client.UserAgent},
		ReturnURL:   r.ReturnURL,
		State:       r.State,
	}
	if r.User.Name.Given {
		name := orEmpty(r.User.Name.Value)
		in.User.Name = &name
	}
	if r.User.Email.Given {
		address, err := readAddress(r.User.Email.Value, "/user/email")
		if err != nil {
			return in, err
		}
		in.User.Email = &address
	}
	return in, nil
}

// readAddress reads a member where null, and nothing else, means that there
// is no address.
func readAddress(text *string, pointer string) (string, error) {
	if text != nil && *text == "" {
		return "", invalid(pointer, "This must be an address, or null for none.")
	}
	return orEmpty(text), nil
}

// loginBody is what a login needs (contract §4.1).
type loginBody struct {
	LoginID       string             `json:"login_id"`
	Login         *string            `json:"login"`
	Decision      twofactor.Decision `json:"decision"`
	Reason        twofactor.Reason   `json:"reason"`
	ExpiresAt     *string            `json:"expires_at"`
	Skippable     bool               `json:"skippable"`
	EnrollBy      *string            `json:"enroll_by"`
	DeferralsLeft int                `json:"deferrals_left"`
	EmailHint     *string            `json:"email_hint"`
	Methods       []twofactor.Method `json:"methods"`
	ResetRequest  string             `json:"reset_request"`
	RetryAt       *string            `json:"retry_at,omitzero"`
	Assertion     string             `json:"assertion,omitzero"`
	Remembered    *rememberedDevice  `json:",embed"`
}

// rememberedDevice is the token of a device that was just remembered.
type rememberedDevice struct {
	Token     string  `json:"device_token"`
	ExpiresAt *string `json:"device_expires_at"`
}

func showLogin(a twofactor.LoginAnswer) loginBody {
	b := loginBody{
		LoginID:       a.LoginID,
		Login:         orNull(a.Login.Reveal()),
		Decision:      a.Decision,
		Reason:        a.Reason,
		ExpiresAt:     stamp(a.ExpiresAt),
		Skippable:     a.Skippable,
		EnrollBy:      stamp(a.EnrollBy),
		DeferralsLeft: a.DeferralsLeft,
		EmailHint:     orNull(a.EmailHint),
		Methods:       a.Methods,
		ResetRequest:  a.ResetRequest,
		RetryAt:       roundUp(a.RetryAt),
		Assertion:     a.Assertion.Reveal(),
	}
	if b.ResetRequest == "" {
		b.ResetRequest = twofactor.ResetStateNone
	}
	b.Remembered = showRemembered(a.DeviceToken, stamp(a.DeviceExpiresAt))
	return b
}

func showRemembered(token twofactor.Secret, expiresAt *string) *rememberedDevice {
	if token == "" {
		return nil
	}
	return &rememberedDevice{Token: token.Reveal(), ExpiresAt: expiresAt}
}

func login(ctx context.Context, d Deps, r request[loginRequest]) (answer, error) {
	in, err := r.Body.input()
	if err != nil {
		return answer{}, err
	}
	a, err := d.Verify.Login(ctx, r.Caller, r.Tenant, in)
	return ok(showLogin(a)), err
}

func currentLogin(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	a, err := d.Verify.Current(ctx, r.Caller)
	return ok(showLogin(a)), err
}
