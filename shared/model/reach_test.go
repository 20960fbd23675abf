package model

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sallyport/shared/twofactor"
)

// reach counts what all stories together came to: which call ended how, and
// which events happened.
type reach struct {
	ends   map[string]int
	codes  map[twofactor.Code]int
	events map[twofactor.EventType]int
}

func newReach() *reach {
	return &reach{map[string]int{}, map[twofactor.Code]int{}, map[twofactor.EventType]int{}}
}

// ended counts one call; form is the text that it is logged with.
func (r *reach) ended(form string, err error) {
	name, _, _ := strings.Cut(form, "%")
	r.ends[strings.TrimSpace(name)+": "+errorWord(err)]++
	r.codes[twofactor.CodeOf(err)]++
}

// beyond are events that no story comes to: they are of no tenant, or of mails
// that fail.
var beyond = []twofactor.EventType{
	twofactor.EventKeyCreated, twofactor.EventKeyChanged, twofactor.EventKeyRevoked, twofactor.EventMailFailed,
	twofactor.EventBulkStopped,
}

// refusing are the codes that stories can come to.
var refusing = []twofactor.Code{
	twofactor.CodeMalformed, twofactor.CodeUnauthenticated, twofactor.CodeTokenExpired, twofactor.CodeForbidden,
	twofactor.CodeActorRequired, twofactor.CodeSelfForbidden, twofactor.CodeApproverIsRequester,
	twofactor.CodeReauthenticationRequired, twofactor.CodeActorNotEnrolled, twofactor.CodeCodeWrong,
	twofactor.CodeCodeReplayed, twofactor.CodeBackupCodeWrong, twofactor.CodeEmailCodeWrong, twofactor.CodeFactorDisabled,
	twofactor.CodeTenantNotFound, twofactor.CodeUserNotFound, twofactor.CodeNotAvailable, twofactor.CodeOverriddenByTenantPolicy,
	twofactor.CodeFactorAlreadyActive, twofactor.CodeNoFactor, twofactor.CodeNoPendingEnrollment, twofactor.CodeRequiredByPolicy,
	twofactor.CodeNotConfirmed, twofactor.CodeEmailNotVerified, twofactor.CodeAlreadyDecided, twofactor.CodeLastAdministrator,
	twofactor.CodeLoginUsed, twofactor.CodeLinkUsed, twofactor.CodeAssertionUsed, twofactor.CodeDeferralExhausted,
	twofactor.CodeStale, twofactor.CodeInvalid, twofactor.CodeEmailMissing, twofactor.CodeIdempotencyKeyReused,
	twofactor.CodeThrottled, twofactor.CodeRateLimited,
}

// missed fails for what no story came to: such stories would show less than
// they seem to.
func (r *reach) missed(t *testing.T) {
	t.Helper()
	for _, event := range twofactor.EventTypes {
		if r.events[event] == 0 && !slices.Contains(beyond, event) {
			t.Errorf("no story came to %s", event)
		}
	}
	for _, code := range refusing {
		if r.codes[code] == 0 {
			t.Errorf("no story was refused with %s", code)
		}
	}
}

// tell logs the numbers.
func (r *reach) tell(t *testing.T) {
	t.Helper()
	var lines []string
	for end, n := range r.ends {
		lines = append(lines, fmt.Sprintf("%s %d", end, n))
	}
	for event, n := range r.events {
		lines = append(lines, fmt.Sprintf("event %s %d", event, n))
	}
	slices.Sort(lines)
	t.Log(strings.Join(lines, "\n"))
}
