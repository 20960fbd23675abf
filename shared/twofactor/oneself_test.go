package twofactor_test

import (
	"testing"

	"sallyport/shared/twofactor"
)

func TestNobodyServesHimselfThroughASecondAccountWithTheSameMailbox(t *testing.T) {
	d := newDesk(t)
	d.tenant("acme")
	twin, jane := entry("twin", twofactor.RoleSuperAdmin), entry("jane", twofactor.RoleUser)
	twin.Email, jane.Email = "Jane@example.com", "jane@example.com"
	for _, in := range []twofactor.UserInput{twin, jane} {
		_, _, err := d.users().Put(d.ctx, d.plain(), "acme", in)
		d.ok(err)
	}
	d.enrolled("acme", "jane")
	ref := twofactor.Ref{Tenant: "acme", User: "jane"}
	calls := map[string]func(c twofactor.Caller) error{
		"reset": func(c twofactor.Caller) error {
			_, err := d.resets().Reset(d.ctx, c, ref, twofactor.ResetInput{Reason: "r"})
			return err
		},
		"unlock": func(c twofactor.Caller) error {
			_, err := d.resets().Unlock(d.ctx, c, ref)
			return err
		},
		"exempt": func(c twofactor.Caller) error {
			_, err := d.policies().SetRequirement(d.ctx, c, ref, twofactor.RequirementInput{Value: twofactor.RequirementExempt})
			return err
		},
	}
	for name, call := range calls {
		if err := call(d.as("acme", "twin")); twofactor.CodeOf(err) != twofactor.CodeSelfForbidden {
			t.Errorf("%s by the same mailbox: %v, want %s", name, err, twofactor.CodeSelfForbidden)
		}
	}
	for _, name := range []string{"unlock", "exempt", "reset"} {
		if err := calls[name](d.as("acme", "root")); err != nil {
			t.Errorf("%s by another person: %v", name, err)
		}
	}
}
