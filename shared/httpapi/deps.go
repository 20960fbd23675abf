package httpapi

import (
	"context"
	"log/slog"
	"time"

	"sallyport/shared/twofactor"
)

// Deps is what the handlers need. Each function fills in the use cases that
// its own routes call; the others stay nil.
type Deps struct {
	// Now is the clock, in UTC.
	Now func() time.Time
	// Log gets one line for each request.
	Log *slog.Logger
	// Issuer is the service's configured URL, without a slash at the end;
	// the types of problems begin with it.
	Issuer string

	// Platforms and People open credentials.
	Platforms PlatformDoor
	People    PersonDoor

	// Fair shares this instance among tenants; nil shares nothing out.
	Fair *Fair

	Verify   VerifyCalls
	Enroll   EnrollCalls
	Policies PolicyCalls
	Resets   ResetCalls
	Tenants  TenantCalls
	Users    UserCalls
	Keys     KeyCalls
	Events   EventCalls
	// Reminders is a part of the policy function.
	Reminders ReminderCalls

	// JWKS returns the public keys that check assertions, as a JWK set.
	JWKS func(context.Context) ([]byte, error)
	// OpenAPI is the description of this API, as YAML.
	OpenAPI []byte
	// Pages returns the hosted page, or a part of one, that stands at a path,
	// with its headers.
	Pages func(path string) (body []byte, headers map[string]string, ok bool)
}

// PlatformDoor finds the API key that a bearer token is.
type PlatformDoor interface {
	Authenticate(ctx context.Context, bearer twofactor.Secret) (*twofactor.APIKey, error)
}

// PersonDoor opens a person's token.
type PersonDoor interface {
	Authenticate(ctx context.Context, bearer twofactor.Secret) (*twofactor.Token, error)
}

// VerifyCalls is what the verify function calls.
type VerifyCalls interface {
	Login(ctx context.Context, c twofactor.Caller, tenant string, in twofactor.LoginInput) (twofactor.LoginAnswer, error)
	Current(ctx context.Context, c twofactor.Caller) (twofactor.LoginAnswer, error)
	Code(ctx context.Context, c twofactor.Caller, in twofactor.CodeInput) (twofactor.VerifyAnswer, error)
	Redeem(ctx context.Context, c twofactor.Caller, tenant string, in twofactor.RedeemInput) (twofactor.RedeemAnswer, error)
	SelfService(ctx context.Context, c twofactor.Caller, ref twofactor.Ref, in twofactor.SelfServiceInput) (twofactor.SelfServiceAnswer, error)
	Session(ctx context.Context, c twofactor.Caller) (twofactor.SessionAnswer, error)
	Check(ctx context.Context, c twofactor.Caller, ref twofactor.Ref, in twofactor.CheckInput) (twofactor.CheckAnswer, error)
	Activate(ctx context.Context, c twofactor.Caller, ref twofactor.Ref, when string) (twofactor.ActivationAnswer, error)
}

// EnrollCalls is what the enroll function calls.
type EnrollCalls interface {
	Begin(ctx context.Context, c twofactor.Caller, in twofactor.ProofInput) (twofactor.EnrollmentAnswer, error)
	Email(ctx context.Context, c twofactor.Caller, code *twofactor.Secret) (answer twofactor.EnrollmentAnswer, sent bool, err error)
	Confirm(ctx context.Context, c twofactor.Caller, code twofactor.Secret) ([]twofactor.Secret, error)
	Complete(ctx context.Context, c twofactor.Caller, saved bool) (twofactor.CompleteAnswer, error)
	Defer(ctx context.Context, c twofactor.Caller) (twofactor.DeferAnswer, error)
	Disable(ctx context.Context, c twofactor.Caller, in twofactor.ProofInput) (twofactor.UserView, error)
	BackupCodes(ctx context.Context, c twofactor.Caller, in twofactor.ProofInput) ([]twofactor.Secret, error)
	Devices(ctx context.Context, c twofactor.Caller) ([]twofactor.DeviceView, error)
	RemoveDevice(ctx context.Context, c twofactor.Caller, id string) error
	RemoveDevices(ctx context.Context, c twofactor.Caller) error
	Link(ctx context.Context, c twofactor.Caller, ref twofactor.Ref, deliver string) (twofactor.LinkAnswer, error)
}

// PolicyCalls is what the policy function calls.
type PolicyCalls interface {
	Get(ctx context.Context, c twofactor.Caller, tenant string) (twofactor.PolicyVersion, error)
	Put(ctx context.Context, c twofactor.Caller, tenant string, in twofactor.PolicyInput) (twofactor.PolicyVersion, error)
	SetRequirement(ctx context.Context, c twofactor.Caller, ref twofactor.Ref, in twofactor.RequirementInput) (twofactor.UserView, error)
	SetRequirements(ctx context.Context, c twofactor.Caller, tenant string, in twofactor.RequirementsInput) ([]twofactor.ItemResult, error)
	Explain(ctx context.Context, c twofactor.Caller, ref twofactor.Ref) (twofactor.ExplanationAnswer, error)
	Preview(ctx context.Context, c twofactor.Caller, tenant string, wanted twofactor.Policy) (twofactor.PreviewAnswer, error)
}

// ResetCalls is what the reset function calls.
type ResetCalls interface {
	Reset(ctx context.Context, c twofactor.Caller, ref twofactor.Ref, in twofactor.ResetInput) (twofactor.UserView, error)
	Unlock(ctx context.Context, c twofactor.Caller, ref twofactor.Ref) (twofactor.UserView, error)
	Request(ctx context.Context, c twofactor.Caller, in twofactor.RequestInput) (twofactor.RequestAnswer, error)
	Requests(ctx context.Context, c twofactor.Caller, tenant string, q twofactor.RequestQuery) (views []twofactor.RequestView, next string, err error)
	Decide(ctx context.Context, c twofactor.Caller, tenant string, in twofactor.DecideInput) (twofactor.RequestView, error)
}

// ReminderCalls is what the policy function calls to mail those who are
// required.
type ReminderCalls interface {
	Start(ctx context.Context, c twofactor.Caller, tenant string) (twofactor.ReminderView, error)
	Get(ctx context.Context, c twofactor.Caller, tenant, id string) (twofactor.ReminderView, error)
}

// What the directory function calls.
type (
	// TenantCalls are about tenants.
	TenantCalls interface {
		Put(ctx context.Context, c twofactor.Caller, in twofactor.TenantInput) (view twofactor.TenantView, created bool, err error)
		Get(ctx context.Context, c twofactor.Caller, tenant string) (twofactor.TenantView, error)
		Delete(ctx context.Context, c twofactor.Caller, tenant string) (already bool, err error)
	}
	// UserCalls are about users, and how many they are.
	UserCalls interface {
		Put(ctx context.Context, c twofactor.Caller, tenant string, in twofactor.UserInput) (view twofactor.UserView, created bool, err error)
		PutMany(ctx context.Context, c twofactor.Caller, tenant string, in []twofactor.UserInput) ([]twofactor.ItemResult, error)
		Get(ctx context.Context, c twofactor.Caller, ref twofactor.Ref) (twofactor.UserView, error)
		Delete(ctx context.Context, c twofactor.Caller, ref twofactor.Ref) error
		List(ctx context.Context, c twofactor.Caller, tenant string, q twofactor.UserQuery) (views []twofactor.UserView, next string, err error)
		Summary(ctx context.Context, c twofactor.Caller, tenant string, q twofactor.SummaryQuery) (twofactor.SummaryAnswer, error)
	}
	// EventCalls read the audit trail.
	EventCalls interface {
		List(ctx context.Context, c twofactor.Caller, tenant string, q twofactor.EventQuery) (events []twofactor.Event, next string, err error)
	}
	// KeyCalls are about API keys.
	KeyCalls interface {
		Create(ctx context.Context, c twofactor.Caller, in twofactor.KeyInput) (*twofactor.APIKey, twofactor.Secret, error)
		List(ctx context.Context, c twofactor.Caller, limit int, cursor string) (keys []*twofactor.APIKey, next string, err error)
		Change(ctx context.Context, c twofactor.Caller, id string, in twofactor.KeyChange) (*twofactor.APIKey, error)
		Revoke(ctx context.Context, c twofactor.Caller, id string) error
	}
)
