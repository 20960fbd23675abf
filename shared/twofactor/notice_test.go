package twofactor

import (
	"maps"
	"os"
	"slices"
	"testing"
)

func TestEveryKindOfMailHasItsAudienceAndItsText(t *testing.T) {
	kinds := declared[MailKind](t, "mail.go", "MailKind")
	if listed := slices.Sorted(maps.Keys(audiences)); len(kinds) < 15 || !slices.Equal(kinds, listed) {
		t.Errorf("declared %v\nwith an audience %v", kinds, listed)
	}
	for _, kind := range kinds {
		if _, err := os.Stat("../mail/templates/" + string(kind) + ".txt"); err != nil {
			t.Errorf("%s has no text", kind)
		}
	}
}
