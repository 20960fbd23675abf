package growth

import (
	"fmt"

	"sallyport/shared/twofactor"
)

// savePolicy saves the tenant's policy with another mode.
func (t *town) savePolicy(mode twofactor.Mode) error {
	saved, err := twofactor.NewPolicies(t.deps).Put(t.ctx, t.admin(), tenant, twofactor.PolicyInput{
		Policy: policyOf(mode), IfMatch: twofactor.PolicyETag(t.version),
	})
	if err == nil {
		t.version = saved.Number
	}
	return err
}

func policyOf(mode twofactor.Mode) twofactor.Policy {
	p := twofactor.DefaultPolicy()
	p.Mode = mode
	return p
}

// login starts a login of somebody who has a factor.
func (t *town) login() error {
	answer, err := twofactor.NewVerify(t.deps).Login(t.ctx, t.platform, tenant, twofactor.LoginInput{
		User: twofactor.LoginUser{ID: enrolled}, First: twofactor.FirstFactor{Method: twofactor.SignInPassword},
	})
	if err == nil && answer.Decision != twofactor.DecisionVerify {
		err = fmt.Errorf("the decision was %q", answer.Decision)
	}
	return err
}

// page lists the first users.
func (t *town) page() error {
	views, _, err := twofactor.NewUsers(t.deps).List(t.ctx, t.platform, tenant, twofactor.UserQuery{Limit: pageSize})
	if want := min(pageSize, t.users); err == nil && len(views) != want {
		err = fmt.Errorf("%d users were listed, want %d", len(views), want)
	}
	return err
}

// summary counts the users.
func (t *town) summary() error {
	answer, err := twofactor.NewUsers(t.deps).Summary(t.ctx, t.platform, tenant, twofactor.SummaryQuery{})
	if err == nil && answer.Users != t.users {
		err = fmt.Errorf("%d users were counted, there are %d", answer.Users, t.users)
	}
	return err
}

// preview asks whom "required" would concern.
func (t *town) preview() error {
	answer, err := twofactor.NewPolicies(t.deps).Preview(t.ctx, t.admin(), tenant, policyOf(twofactor.ModeRequired))
	if err == nil && answer.Required.Total == 0 {
		err = fmt.Errorf("it would concern none of %d users", t.users)
	}
	return err
}
