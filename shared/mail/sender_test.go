package mail

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"sallyport/shared/twofactor"
)

// sesAnswer is one answer of the stand-in for SES.
type sesAnswer struct {
	status int
	name   string
}

// fakeSES answers at the socket as SES does, one answer after the other, the
// last one again and again. It keeps what it was sent.
type fakeSES struct {
	answers []sesAnswer
	calls   atomic.Int32
	body    []byte
}

func (f *fakeSES) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := int(f.calls.Add(1)) - 1
	f.body, _ = io.ReadAll(r.Body)
	answer := f.answers[min(n, len(f.answers)-1)]
	w.Header().Set("Content-Type", "application/json")
	if answer.name != "" {
		w.Header().Set("X-Amzn-ErrorType", answer.name)
	}
	w.WriteHeader(answer.status)
	_, _ = io.WriteString(w, `{"MessageId": "1", "message": "refused jane@example.com"}`)
}

// newSender makes a Sender that talks to f.
func newSender(t *testing.T, f *fakeSES) *Sender {
	t.Helper()
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	client := sesv2.New(sesv2.Options{
		Region: "eu-central-1", BaseEndpoint: aws.String(server.URL),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	})
	sender, err := NewSender(client, Config{From: "Sallyport <no-reply@second.example>", ConfigurationSet: "main"})
	if err != nil {
		t.Fatal(err)
	}
	return sender
}

func TestAMailReachesSESWithBothPartsAndTheHeaderOfItsKind(t *testing.T) {
	fake := &fakeSES{answers: []sesAnswer{{200, ""}}}
	m, code := sample(twofactor.MailEmailCode)
	m.Tenant, m.User, m.ID = "acme", "jane", "1"
	if err := newSender(t, fake).SendMail(t.Context(), m, code); err != nil {
		t.Fatal(err)
	}
	var sent struct {
		FromEmailAddress     string
		ConfigurationSetName string
		EmailTags            []struct{ Name, Value string }
		Destination          struct{ ToAddresses []string }
		Content              struct {
			Simple struct {
				Subject struct{ Data string }
				Body    struct {
					Text struct{ Data string }
					HTML struct{ Data string } `json:"Html"`
				}
				Headers []struct{ Name, Value string }
			}
		}
	}
	if err := json.Unmarshal(fake.body, &sent); err != nil {
		t.Fatal(err)
	}
	simple := sent.Content.Simple
	if len(sent.Destination.ToAddresses) != 1 || sent.Destination.ToAddresses[0] != "jane@example.com" {
		t.Errorf("to %v", sent.Destination.ToAddresses)
	}
	if simple.Headers[0].Name != "X-Sallyport-Mail" || simple.Headers[0].Value != "email_code" {
		t.Errorf("headers %v", simple.Headers)
	}
	if !strings.Contains(simple.Body.Text.Data, "042137") || !strings.Contains(simple.Body.HTML.Data, "042137") {
		t.Error("the code is not in both parts")
	}
	tags := map[string]string{}
	for _, tag := range sent.EmailTags {
		tags[tag.Name] = tag.Value
	}
	if key, ok := twofactor.TaggedMail(tags); !ok || key != m.Key() {
		t.Errorf("the tags %v name %v", tags, key)
	}
	if simple.Subject.Data == "" || sent.ConfigurationSetName != "main" || !strings.Contains(sent.FromEmailAddress, "no-reply@second.example") {
		t.Errorf("subject %q, set %q, from %q", simple.Subject.Data, sent.ConfigurationSetName, sent.FromEmailAddress)
	}
}

func TestEachRefusalOfSESIsFinalOrNotAsItShouldBe(t *testing.T) {
	for _, c := range []struct {
		answer sesAnswer
		name   string
		final  bool
		calls  int32
	}{
		{sesAnswer{400, "MessageRejected"}, "MessageRejected", true, 1},
		{sesAnswer{400, "BadRequestException"}, "BadRequestException", true, 1},
		{sesAnswer{400, "MailFromDomainNotVerifiedException"}, "MailFromDomainNotVerifiedException", false, 1},
		{sesAnswer{400, "SendingPausedException"}, "SendingPausedException", false, 1},
		{sesAnswer{400, "AccountSuspendedException"}, "AccountSuspendedException", false, 1},
		{sesAnswer{404, "NotFoundException"}, "NotFoundException", false, 1},
		{sesAnswer{403, "AccessDeniedException"}, "AccessDeniedException", false, 1},
		{sesAnswer{429, "TooManyRequestsException"}, "TooManyRequestsException", false, throttleTries},
	} {
		t.Run(c.answer.name, func(t *testing.T) {
			fake := &fakeSES{answers: []sesAnswer{c.answer}}
			m, _ := sample(twofactor.MailEnrolled)
			err := newSender(t, fake).SendMail(t.Context(), m, "")
			var refusal *twofactor.MailError
			if !errors.As(err, &refusal) || refusal.Name != c.name || refusal.Final != c.final {
				t.Errorf("got %v", err)
			}
			if fake.calls.Load() != c.calls {
				t.Errorf("%d calls, want %d", fake.calls.Load(), c.calls)
			}
			if strings.Contains(err.Error(), "@") {
				t.Error("the error holds an address")
			}
		})
	}
}

func TestAThrottledMailThatIsTakenLaterIsSentOnce(t *testing.T) {
	fake := &fakeSES{answers: []sesAnswer{{429, "TooManyRequestsException"}, {200, ""}}}
	m, _ := sample(twofactor.MailEnrolled)
	if err := newSender(t, fake).SendMail(t.Context(), m, ""); err != nil || fake.calls.Load() != 2 {
		t.Errorf("%v after %d calls", err, fake.calls.Load())
	}
}

func TestALostAnswerIsNotRepeatedByTheClient(t *testing.T) {
	fake := &fakeSES{answers: []sesAnswer{{500, ""}}}
	m, _ := sample(twofactor.MailEnrolled)
	err := newSender(t, fake).SendMail(t.Context(), m, "")
	var refusal *twofactor.MailError
	if err == nil || errors.As(err, &refusal) && refusal.Final {
		t.Errorf("got %v", err)
	}
	if fake.calls.Load() != 1 {
		t.Errorf("%d calls", fake.calls.Load())
	}
}

func TestAMailServiceThatIsNotThereMeansNotNow(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	client := sesv2.New(sesv2.Options{Region: "eu-central-1", BaseEndpoint: aws.String(server.URL), Credentials: aws.AnonymousCredentials{}})
	sender, err := NewSender(client, Config{From: "no-reply@second.example"})
	if err != nil {
		t.Fatal(err)
	}
	m, _ := sample(twofactor.MailEnrolled)
	err = sender.SendMail(t.Context(), m, "")
	var refusal *twofactor.MailError
	if err == nil || errors.As(err, &refusal) {
		t.Errorf("got %v", err)
	}
}

func TestAMailWithABadAddressOrWithoutTextNeverReachesSES(t *testing.T) {
	fake := &fakeSES{answers: []sesAnswer{{200, ""}}}
	sender := newSender(t, fake)
	var bad []*twofactor.Mail
	for _, to := range []string{"", "a@b.test, c@d.test", "Jane <jane@b.test>", "a@b.test\r\nBcc: c@d.test"} {
		m, _ := sample(twofactor.MailEnrolled)
		m.To = to
		bad = append(bad, m)
	}
	bad = append(bad, &twofactor.Mail{Kind: "nonsense", To: "jane@example.com"})
	for _, m := range bad {
		var refusal *twofactor.MailError
		if err := sender.SendMail(t.Context(), m, ""); !errors.As(err, &refusal) || !refusal.Final {
			t.Errorf("got %v", err)
		}
	}
	if fake.calls.Load() != 0 {
		t.Errorf("%d calls", fake.calls.Load())
	}
}

func TestASenderThatIsNotOneAddressIsRefusedAtTheStart(t *testing.T) {
	for _, from := range []string{"", "nobody", "a@b.test, c@d.test", "x@localhost", "A <a@b.test>\r\nBcc: c@d.test"} {
		if _, err := NewSender(nil, Config{From: from}); err == nil {
			t.Errorf("%q was taken", from)
		}
	}
}
