package conform

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"sallyport/shared/httpapi"
	"sallyport/shared/pages"
	"sallyport/shared/twofactor"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// generous answers every call with as much as an answer can hold; poor with as
// little.
type generous struct{}
type poor struct{}

var fullUser = twofactor.UserView{
	ID: "ann", Email: "ann@example.com", Name: "Ann", Locale: "en", Role: "admin", SignIn: twofactor.SignInPassword, Active: true, CreatedAt: noon,
	State: twofactor.StateActive, Required: true, Requirement: twofactor.Requirement{Value: twofactor.RequirementRequired, ExpiresAt: noon}, OverrideLocked: true,
	Locked: twofactor.LockedThrottled, ThrottledUntil: noon, ResetRequested: true, ResetRequest: &twofactor.ResetRequestView{ID: "r1", State: "pending", CreatedAt: noon},
	EnrollBy: noon, Factors: []twofactor.FactorView{{ID: "f1", Kind: "totp", EnrolledAt: noon, LastVerifiedAt: noon}}, BackupCodesLeft: 9,
}

var poorUser = twofactor.UserView{ID: "ann", Role: "user", SignIn: twofactor.SignInSSO, CreatedAt: noon, State: twofactor.StateNotRequired}

var fullLogin = twofactor.LoginAnswer{
	LoginID: "l1", Login: "token", Decision: twofactor.DecisionDeny, Reason: twofactor.ReasonThrottled, ExpiresAt: noon, Skippable: true, EnrollBy: noon,
	DeferralsLeft: 2, EmailHint: "a•••@example.com", Methods: []twofactor.Method{twofactor.MethodTOTP, twofactor.MethodBackupCode}, ResetRequest: "pending", RetryAt: noon,
	Assertion: "signed", DeviceToken: "device", DeviceExpiresAt: noon,
}

var poorLogin = twofactor.LoginAnswer{LoginID: "l1", Decision: twofactor.DecisionAllow, Reason: twofactor.ReasonNotRequired, ExpiresAt: noon, Assertion: "signed"}

func (generous) Login(context.Context, twofactor.Caller, string, twofactor.LoginInput) (twofactor.LoginAnswer, error) {
	return fullLogin, nil
}
func (poor) Login(context.Context, twofactor.Caller, string, twofactor.LoginInput) (twofactor.LoginAnswer, error) {
	return poorLogin, nil
}
func (generous) Current(context.Context, twofactor.Caller) (twofactor.LoginAnswer, error) {
	return fullLogin, nil
}
func (poor) Current(context.Context, twofactor.Caller) (twofactor.LoginAnswer, error) {
	return poorLogin, nil
}
func (generous) Code(context.Context, twofactor.Caller, twofactor.CodeInput) (twofactor.VerifyAnswer, error) {
	return twofactor.VerifyAnswer{Result: "approved", Assertion: "signed", ExpiresAt: noon, DeviceToken: "device", DeviceExpiresAt: noon, BackupCodesLeft: 9}, nil
}
func (poor) Code(context.Context, twofactor.Caller, twofactor.CodeInput) (twofactor.VerifyAnswer, error) {
	return twofactor.VerifyAnswer{Result: "factor_reset", LoginID: "l1", Login: "token"}, nil
}
func (generous) Redeem(context.Context, twofactor.Caller, string, twofactor.RedeemInput) (twofactor.RedeemAnswer, error) {
	return twofactor.RedeemAnswer{Assertion: "signed", User: "ann", Tenant: "acme", LoginID: "l1", AMR: []string{"otp", "mfa"}, ACR: "2fa", AuthTime: noon, DeviceToken: "device"}, nil
}
func (poor) Redeem(context.Context, twofactor.Caller, string, twofactor.RedeemInput) (twofactor.RedeemAnswer, error) {
	return twofactor.RedeemAnswer{Assertion: "signed", User: "ann", Tenant: "acme", LoginID: "l1", ACR: "1fa", AuthTime: noon}, nil
}

// same is what both answer alike.
type same struct{}

func (same) SelfService(context.Context, twofactor.Caller, twofactor.Ref, twofactor.SelfServiceInput) (twofactor.SelfServiceAnswer, error) {
	return twofactor.SelfServiceAnswer{LoginID: "l1", Token: "token", ExpiresAt: noon}, nil
}

func (generous) Session(context.Context, twofactor.Caller) (twofactor.SessionAnswer, error) {
	return twofactor.SessionAnswer{Kind: twofactor.TokenLogin, Ref: twofactor.Ref{Tenant: "acme", User: "ann"}, LoginID: "l1", ExpiresAt: noon, May: []string{"verify"}, User: fullUser, Policy: twofactor.DefaultPolicy(), TenantName: "Acme", AppIssuer: "Acme"}, nil
}
func (poor) Session(context.Context, twofactor.Caller) (twofactor.SessionAnswer, error) {
	return twofactor.SessionAnswer{Kind: twofactor.TokenLink, Ref: twofactor.Ref{Tenant: "acme", User: "ann"}, ExpiresAt: noon, User: poorUser, Policy: twofactor.DefaultPolicy(), TenantName: "Acme", AppIssuer: "Acme"}, nil
}

// enrolling answers the enroll function's calls.
type enrolling struct{ poor bool }

func (e enrolling) Begin(context.Context, twofactor.Caller, twofactor.ProofInput) (twofactor.EnrollmentAnswer, error) {
	if e.poor {
		return twofactor.EnrollmentAnswer{Account: "ann", Issuer: "Acme", EmailRequired: true, EmailSentTo: "a•••@example.com", ExpiresAt: noon}, nil
	}
	return twofactor.EnrollmentAnswer{Account: "ann", Issuer: "Acme", Secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", URI: "otpauth://totp/x", SVG: "<svg/>", PNG: []byte("png"), ExpiresAt: noon}, nil
}
func (e enrolling) Email(ctx context.Context, c twofactor.Caller, _ *twofactor.Secret) (twofactor.EnrollmentAnswer, bool, error) {
	answer, err := e.Begin(ctx, c, twofactor.ProofInput{})
	return answer, e.poor, err
}
func (e enrolling) Confirm(context.Context, twofactor.Caller, twofactor.Secret) ([]twofactor.Secret, error) {
	if e.poor {
		return nil, nil
	}
	return []twofactor.Secret{"AAAA-BBBB-CCCC-DDDD-EEEE-FFFF"}, nil
}
func (e enrolling) Complete(context.Context, twofactor.Caller, bool) (twofactor.CompleteAnswer, error) {
	if e.poor {
		return twofactor.CompleteAnswer{State: twofactor.StateActive}, nil
	}
	return twofactor.CompleteAnswer{State: twofactor.StateActive, Assertion: "signed"}, nil
}
func (e enrolling) Defer(context.Context, twofactor.Caller) (twofactor.DeferAnswer, error) {
	return twofactor.DeferAnswer{Assertion: "signed", EnrollBy: noon, DeferralsLeft: 2}, nil
}
func (e enrolling) Disable(context.Context, twofactor.Caller, twofactor.ProofInput) (twofactor.UserView, error) {
	return e.user(), nil
}
func (e enrolling) BackupCodes(ctx context.Context, c twofactor.Caller, _ twofactor.ProofInput) ([]twofactor.Secret, error) {
	return e.Confirm(ctx, c, "")
}
func (e enrolling) Devices(context.Context, twofactor.Caller) ([]twofactor.DeviceView, error) {
	if e.poor {
		return nil, nil
	}
	return []twofactor.DeviceView{{ID: "d1", CreatedAt: noon, LastUsedAt: noon, ExpiresAt: noon, UserAgent: "x"}, {ID: "d2", CreatedAt: noon, ExpiresAt: noon}}, nil
}
func (enrolling) RemoveDevice(context.Context, twofactor.Caller, string) error { return nil }
func (enrolling) RemoveDevices(context.Context, twofactor.Caller) error        { return nil }

func (e enrolling) user() twofactor.UserView {
	if e.poor {
		return poorUser
	}
	return fullUser
}

// managing answers the policy, reset and directory functions' calls about
// users and policies.
type managing struct{ enrolling }

func (m managing) Get(context.Context, twofactor.Caller, string) (twofactor.PolicyVersion, error) {
	if m.poor {
		return twofactor.PolicyVersion{Policy: twofactor.DefaultPolicy()}, nil
	}
	return twofactor.PolicyVersion{Policy: twofactor.DefaultPolicy(), Number: 7, UpdatedAt: noon, UpdatedBy: &twofactor.Ref{Tenant: "acme", User: "root"}}, nil
}
func (m managing) Put(ctx context.Context, c twofactor.Caller, tenant string, _ twofactor.PolicyInput) (twofactor.PolicyVersion, error) {
	return m.Get(ctx, c, tenant)
}
func (m managing) SetRequirement(context.Context, twofactor.Caller, twofactor.Ref, twofactor.RequirementInput) (twofactor.UserView, error) {
	return m.user(), nil
}
func (m managing) Reset(context.Context, twofactor.Caller, twofactor.Ref, twofactor.ResetInput) (twofactor.UserView, error) {
	return m.user(), nil
}
func (m managing) Unlock(context.Context, twofactor.Caller, twofactor.Ref) (twofactor.UserView, error) {
	return m.user(), nil
}

type tenants struct{ enrolling }

func (t tenants) Put(ctx context.Context, c twofactor.Caller, _ twofactor.TenantInput) (twofactor.TenantView, bool, error) {
	view, err := t.Get(ctx, c, "")
	return view, t.poor, err
}
func (t tenants) Get(context.Context, twofactor.Caller, string) (twofactor.TenantView, error) {
	if t.poor {
		return twofactor.TenantView{ID: "acme", Name: "Acme", CreatedAt: noon}, nil
	}
	return twofactor.TenantView{ID: "acme", Name: "Acme", Issuer: "A", SupportEmail: "help@acme.example", ReturnURLs: []string{"https://acme.example/"}, Parent: "holding", CreatedAt: noon}, nil
}
func (tenants) Delete(context.Context, twofactor.Caller, string) (bool, error) { return false, nil }

type users struct{ enrolling }

func (u users) Put(context.Context, twofactor.Caller, string, twofactor.UserInput) (twofactor.UserView, bool, error) {
	return u.user(), u.poor, nil
}
func (u users) Get(context.Context, twofactor.Caller, twofactor.Ref) (twofactor.UserView, error) {
	return u.user(), nil
}
func (users) Delete(context.Context, twofactor.Caller, twofactor.Ref) error { return nil }
func (users) PutMany(_ context.Context, _ twofactor.Caller, _ string, in []twofactor.UserInput) ([]twofactor.ItemResult, error) {
	return []twofactor.ItemResult{
		{ID: "jane", Outcome: twofactor.OutcomeCreated}, {ID: "bob", Outcome: twofactor.OutcomeNotTried},
		{ID: "eve", Err: &twofactor.Error{Code: twofactor.CodeLastAdministrator, Detail: "No."}},
	}, nil
}

type keys struct{ enrolling }

func (k keys) Create(context.Context, twofactor.Caller, twofactor.KeyInput) (*twofactor.APIKey, twofactor.Secret, error) {
	return k.one(), "sallyport_sk_k1_secret", nil
}
func (k keys) List(context.Context, twofactor.Caller, int, string) ([]*twofactor.APIKey, string, error) {
	if k.poor {
		return nil, "", nil
	}
	return []*twofactor.APIKey{k.one()}, "next", nil
}
func (k keys) Change(context.Context, twofactor.Caller, string, twofactor.KeyChange) (*twofactor.APIKey, error) {
	return k.one(), nil
}
func (keys) Revoke(context.Context, twofactor.Caller, string) error { return nil }
func (k keys) one() *twofactor.APIKey {
	key := &twofactor.APIKey{ID: "k1", Name: "n", Audience: "a", Scopes: []twofactor.Scope{twofactor.ScopeLogin}, Tenants: []string{"*"}, CreatedAt: noon}
	if !k.poor {
		key.RevokedAt = noon
	}
	return key
}

type openDoor[T any] struct{ shown T }

func (o openDoor[T]) Authenticate(context.Context, twofactor.Secret) (T, error) { return o.shown, nil }

type generousVerify struct {
	generous
	same
}
type poorVerify struct {
	poor
	same
}

// deps makes every use case answer.
func deps(few bool) httpapi.Deps {
	e := enrolling{poor: few}
	d := httpapi.Deps{
		Now: func() time.Time { return noon }, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Issuer: "https://two.example",
		Platforms: openDoor[*twofactor.APIKey]{&twofactor.APIKey{ID: "k1"}},
		People:    openDoor[*twofactor.Token]{&twofactor.Token{Ref: twofactor.Ref{Tenant: "acme", User: "ann"}}},
		Verify:    generousVerify{}, Enroll: e, Policies: managing{e}, Resets: managing{e}, Tenants: tenants{e}, Users: users{e}, Keys: keys{e}, Events: trail{e}, Reminders: reminders{e},
		JWKS:    func(context.Context) ([]byte, error) { return []byte(`{"keys":[]}`), nil },
		OpenAPI: httpapi.OpenAPI,
		Pages:   pages.Open,
	}
	if few {
		d.Verify = poorVerify{}
	}
	return d
}

func TestEveryAnswerOfEveryRouteIsAsDescribed(t *testing.T) {
	c := checker(t)
	functions := map[httpapi.Function]func(httpapi.Deps) httpapi.Handler{
		httpapi.FunctionVerify: httpapi.Verify, httpapi.FunctionEnroll: httpapi.Enroll, httpapi.FunctionPolicy: httpapi.Policy,
		httpapi.FunctionReset: httpapi.Reset, httpapi.FunctionDirectory: httpapi.Directory, httpapi.FunctionPages: httpapi.Pages,
	}
	for _, few := range []bool{false, true} {
		for _, r := range httpapi.Routes() {
			op := c.Doc().Paths.Value(r.Path).GetOperation(r.Method)
			body := ""
			if op.RequestBody != nil {
				body = example(t, op.RequestBody.Value.Content.Get("application/json").Example)
			}
			path := strings.NewReplacer("{tenant}", "acme", "{user}", "ann", "{id}", "x1").Replace(r.Path)
			for _, headers := range waysToAsk(op) {
				answer := send(t, functions[r.Function](deps(few)), r.Method, path, body, headers)
				if len(headers) == 2 && headers["content-type"] == "application/json" && answer.StatusCode > 299 {
					t.Errorf("%s: the example of the request was refused: %d %s", r.Key(), answer.StatusCode, answer.Body)
				}
				h := http.Header{}
				for name, value := range answer.Headers {
					h.Set(name, value)
				}
				if err := c.Answer(r.Method, path, answer.StatusCode, h, []byte(answer.Body)); err != nil {
					t.Errorf("few %v: %v\n%s", few, err, answer.Body)
				}
			}
		}
	}
}
