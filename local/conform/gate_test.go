package conform

import (
	"context"

	"sallyport/shared/twofactor"
)

func (generous) Check(context.Context, twofactor.Caller, twofactor.Ref, twofactor.CheckInput) (twofactor.CheckAnswer, error) {
	return twofactor.CheckAnswer{
		Decision: twofactor.DecisionEnroll, Reason: twofactor.ReasonRequiredByTenant, Email: "ann@example.com",
		Options: []string{twofactor.OptionActivateNow, twofactor.OptionActivateLater}, LoginID: "l1", Login: "token", ExpiresAt: noon,
	}, nil
}

func (poor) Check(context.Context, twofactor.Caller, twofactor.Ref, twofactor.CheckInput) (twofactor.CheckAnswer, error) {
	return twofactor.CheckAnswer{Decision: twofactor.DecisionDeny, Reason: twofactor.ReasonUserInactive}, nil
}

func (generous) Activate(context.Context, twofactor.Caller, twofactor.Ref, string) (twofactor.ActivationAnswer, error) {
	return twofactor.ActivationAnswer{DeferralsLeft: 2}, nil
}

func (poor) Activate(context.Context, twofactor.Caller, twofactor.Ref, string) (twofactor.ActivationAnswer, error) {
	return twofactor.ActivationAnswer{EndSession: true}, nil
}

func (e enrolling) Link(context.Context, twofactor.Caller, twofactor.Ref, string) (twofactor.LinkAnswer, error) {
	if e.poor {
		return twofactor.LinkAnswer{ExpiresAt: noon}, nil
	}
	return twofactor.LinkAnswer{URL: "https://two.example/enroll#token", ExpiresAt: noon}, nil
}
