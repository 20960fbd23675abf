package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
)

// open starts an inbox on path and an SES client that talks to it.
func open(t *testing.T, path string) (*Inbox, *httptest.Server, *sesv2.Client) {
	t.Helper()
	in, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(in.Handler())
	t.Cleanup(func() { server.Close(); _ = in.Close() })
	return in, server, sesv2.New(sesv2.Options{
		Region: "eu-central-1", BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
}

// mail is a mail with everything that the stack uses.
func mail(to ...string) *sesv2.SendEmailInput {
	return &sesv2.SendEmailInput{
		FromEmailAddress: aws.String("no-reply@example.com"),
		Destination:      &types.Destination{ToAddresses: to},
		Content: &types.EmailContent{Simple: &types.Message{
			Subject: &types.Content{Data: aws.String("Hello & <b>welcome</b>")},
			Body: &types.Body{
				Text: &types.Content{Data: aws.String("plain")},
				Html: &types.Content{Data: aws.String(`<script>alert("x")</script>`)},
			},
			Headers: []types.MessageHeader{{Name: aws.String("X-Sallyport-Mail"), Value: aws.String("enrolled")}},
		}},
	}
}

func get(t *testing.T, url string) (string, http.Header) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body), resp.Header
}

func TestMailSentWithTheRealSDKIsInTheStoreAndSurvivesARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inbox")
	in, _, client := open(t, path)
	if _, err := client.SendEmail(context.Background(), mail("a@example.com")); err != nil {
		t.Fatal(err)
	}
	_ = in.Close()
	_, server, _ := open(t, path)
	body, _ := get(t, server.URL+"/store")
	var store struct{ Emails []Email }
	if err := json.Unmarshal([]byte(body), &store); err != nil {
		t.Fatal(err)
	}
	if len(store.Emails) != 1 {
		t.Fatalf("%d mails after a restart, want 1", len(store.Emails))
	}
	e := store.Emails[0]
	if e.From != "no-reply@example.com" || e.Destination.To[0] != "a@example.com" || e.Body.Text != "plain" || e.Kind() != "enrolled" || e.MessageID == "" || e.At == 0 {
		t.Errorf("the mail changed on the way: %+v", e)
	}
}

func TestLineThatACrashCutShortIsDroppedAndOtherDamageIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inbox")
	whole := `{"messageId":"1","subject":"kept"}` + "\n"
	if err := os.WriteFile(path, []byte(whole+`{"messageId":"2","sub`), 0o600); err != nil {
		t.Fatal(err)
	}
	in, _, client := open(t, path)
	if _, err := client.SendEmail(context.Background(), mail("a@example.com")); err != nil {
		t.Fatal(err)
	}
	_ = in.Close()
	again, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(again.Emails()); n != 2 {
		t.Errorf("%d mails, want the whole one and the new one", n)
	}
	_ = again.Close()
	if err := os.WriteFile(path, []byte("not JSON\n"+whole), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a broken file gave %v, want an error that names it", err)
	}
}

func TestWhatSESWouldRefuseAtOnceIsRefused(t *testing.T) {
	_, _, client := open(t, filepath.Join(t.TempDir(), "inbox"))
	for name, input := range map[string]*sesv2.SendEmailInput{
		"nobody":        mail(),
		"51 recipients": mail(strings.Split(strings.Repeat("a@example.com ", 51), " ")[:51]...),
	} {
		var typed *types.BadRequestException
		_, err := client.SendEmail(context.Background(), input)
		if err == nil || !errors.As(err, &typed) {
			t.Errorf("%s: got %v, want a BadRequestException", name, err)
		}
	}
}

func TestPageShowsAMailWithoutRunningIt(t *testing.T) {
	in, server, client := open(t, filepath.Join(t.TempDir(), "inbox"))
	if _, err := client.SendEmail(context.Background(), mail("a@example.com")); err != nil {
		t.Fatal(err)
	}
	list, _ := get(t, server.URL+"/")
	if !strings.Contains(list, "Hello &amp; &lt;b&gt;welcome") {
		t.Errorf("the subject is missing or not escaped:\n%s", list)
	}
	page, header := get(t, server.URL+"/mails/"+in.Emails()[0].MessageID)
	if strings.Contains(page, "<script>") || !strings.Contains(page, `sandbox=""`) {
		t.Errorf("the mail's HTML is not shut in:\n%s", page)
	}
	if !strings.Contains(header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Error("the page has no content security policy")
	}
}

func TestClearedStoreIsEmpty(t *testing.T) {
	in, server, client := open(t, filepath.Join(t.TempDir(), "inbox"))
	if _, err := client.SendEmail(context.Background(), mail("a@example.com")); err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(server.URL+"/clear-store", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if n := len(in.Emails()); n != 0 {
		t.Errorf("%d mails are left", n)
	}
}
