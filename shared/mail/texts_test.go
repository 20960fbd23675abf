package mail

import (
	"strings"
	"testing"

	"sallyport/shared/twofactor"
)

func TestAMailSaysOnlyWhatItsCaseKnows(t *testing.T) {
	for _, c := range []struct {
		name         string
		kind         twofactor.MailKind
		vars         map[string]string
		says, leaves string
	}{
		{"the address became none", twofactor.MailAddressChanged, map[string]string{twofactor.VarNewAddress: ""},
			"The e-mail address j•••@example.com was removed from your account", "the new address"},
		{"the first address", twofactor.MailAddressChanged, map[string]string{twofactor.VarOldAddress: ""},
			"was changed to j•••@example.org.", "changed from"},
		{"removed by an administrator", twofactor.MailFactorRemoved, nil,
			"An administrator removed it.", "no value"},
		{"removed by the user himself", twofactor.MailFactorRemoved, map[string]string{twofactor.VarBy: ""},
			"no longer work.", "dministrator"},
		{"a role that is not told", twofactor.MailAdministratorAdded, map[string]string{twofactor.DetailRole: ""},
			"was given a role, which holds", `""`},
		{"codes that are not counted", twofactor.MailBackupCodeUsed, map[string]string{twofactor.DetailCodesLeft: ""},
			"It cannot be used again.", "codes left"},
		{"no note", twofactor.MailResetDenied, map[string]string{twofactor.DetailNote: ""},
			"An administrator has denied your request.", "Note from"},
	} {
		text := strings.Join(strings.Fields(mustRender(t, c.kind, c.vars).Text), " ")
		if !strings.Contains(text, c.says) || strings.Contains(text, c.leaves) {
			t.Errorf("%s: want %q and no %q in:\n%s", c.name, c.says, c.leaves, text)
		}
	}
}
