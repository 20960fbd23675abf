package stream_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"sallyport/shared/twofactor"
)

// sesEvent is an event of SES as EventBridge delivers it, with what a bounce
// says of address and server.
func sesEvent(detailType, detail string, tags map[string]string) json.RawMessage {
	tagged := map[string][]string{"ses:configuration-set": {"mail"}, "ses:caller-identity": {"notify"}}
	for name, value := range tags {
		tagged[name] = []string{value}
	}
	list, _ := json.Marshal(tagged)
	return json.RawMessage(fmt.Sprintf(`{"version":"0","id":"1","detail-type":%q,"source":"aws.ses","account":"1",
		"time":"2031-05-06T07:08:09Z","region":"eu-central-1","resources":["arn:aws:ses:eu-central-1:1:configuration-set/mail"],
		"detail":{%s,"mail":{"timestamp":"2031-05-06T07:08:09.123Z","source":"no-reply@second.example","messageId":"0107",
		"destination":["jane@example.com"],"headersTruncated":false,"tags":%s}}}`, detailType, detail, list))
}

func bounced(kind, sub string) string {
	return fmt.Sprintf(`"eventType":"Bounce","bounce":{"feedbackId":"0107","bounceType":%q,"bounceSubType":%q,
		"bouncedRecipients":[{"emailAddress":"jane@example.com","diagnosticCode":"smtp; 550 5.1.1 jane@example.com unknown"}]}`, kind, sub)
}

func TestEM10WhatSESReportsLaterIsRecordedWithItsNameAndWeight(t *testing.T) {
	mail := twofactor.Mail{Tenant: "acme:1", User: "jane@example.com", ID: "01KJVKTCGR7636GFGE46F1R0YY-enrolled"}
	for _, c := range []struct {
		detailType, detail string
		want               twofactor.Return
	}{
		{"Email Bounced", bounced("Permanent", "General"), twofactor.Return{Failure: "BouncePermanentGeneral", Weight: 1}},
		{"Email Bounced", bounced("Permanent", "NoEmail"), twofactor.Return{Failure: "BouncePermanentNoEmail", Weight: 1}},
		{"Email Bounced", bounced("Permanent", "OnAccountSuppressionList"), twofactor.Return{Failure: "BouncePermanentOnAccountSuppressionList"}},
		{"Email Bounced", bounced("Permanent", "Suppressed"), twofactor.Return{Failure: "BouncePermanentSuppressed"}},
		{"Email Bounced", bounced("Transient", "MailboxFull"), twofactor.Return{Failure: "BounceTransientMailboxFull"}},
		{"Email Bounced", bounced("Undetermined", "Undetermined"), twofactor.Return{Failure: "BounceUndeterminedUndetermined"}},
		{"Email Bounced", bounced("jane@example.com", "=1+1"), twofactor.Return{Failure: "Bounce"}},
		{"Email Complaint Received", `"eventType":"Complaint","complaint":{"complaintFeedbackType":"abuse"}`, twofactor.Return{Failure: "Complaint", Weight: 5}},
		{"Email Rejected", `"eventType":"Reject","reject":{"reason":"Bad content"}`, twofactor.Return{Failure: "Reject"}},
	} {
		f, r, log := world()
		if got := invoke(t, f, sesEvent(c.detailType, c.detail, mail.Tags())); got != `{"recorded":true}` {
			t.Errorf("%s: answer %s", c.detail, got)
		}
		c.want.Mail = mail.Key()
		if len(r.back) != 1 || r.back[0] != c.want {
			t.Errorf("%s: recorded %+v, want %+v", c.detail, r.back, c.want)
		}
		if strings.Contains(log.String(), "jane") {
			t.Errorf("%s: log %s", c.detail, log)
		}
	}
}

func TestAnEventOfSESThatIsNoFailureOfOurMailIsLeftAlone(t *testing.T) {
	mine := (&twofactor.Mail{Tenant: "acme", User: "jane", ID: "1"}).Tags()
	f, r, _ := world()
	for _, payload := range []json.RawMessage{
		sesEvent("Email Bounced", bounced("Permanent", "General"), nil),
		sesEvent("Email Bounced", bounced("Permanent", "General"), map[string]string{"tenant": "%", "user": "-", "mail": "1"}),
		sesEvent("Email Delivered", `"eventType":"Delivery"`, mine),
		sesEvent("Sending Status Disabled", `"version":"1"`, mine),
		json.RawMessage(`{"source":"aws.ses"}`),
	} {
		if got := invoke(t, f, payload); got != `{"recorded":false}` || len(r.back) > 0 {
			t.Errorf("%s: answer %s, recorded %v", payload, got, r.back)
		}
	}
	if _, err := f.Invoke(t.Context(), json.RawMessage(`{"source":"aws.ses","detail":7}`)); err == nil {
		t.Error("an event that cannot be read passes for done")
	}
}

func TestAReturnThatCouldNotBeRecordedIsDeliveredAgain(t *testing.T) {
	f, r, log := world()
	r.handle = func(string) error { return twofactor.ErrStore }
	mail := twofactor.Mail{Tenant: "acme", User: "jane", ID: "1"}
	_, err := f.Invoke(t.Context(), sesEvent("Email Bounced", bounced("Permanent", "General"), mail.Tags()))
	if !errors.Is(err, twofactor.ErrStore) || !strings.Contains(log.String(), "return_failed") {
		t.Errorf("%v, log %s", err, log)
	}
}
