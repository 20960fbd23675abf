package stack

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"sallyport/local/feed"
	"sallyport/local/gateway"
	"sallyport/local/inbox"
	"sallyport/shared/mail"
	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

// mailFrom is the sender of every mail of the stack.
const mailFrom = "Sallyport <no-reply@sallyport.example>"

// local stands for AWS's own settings, where nothing is AWS.
var local = struct {
	region      string
	credentials aws.CredentialsProvider
}{"eu-central-1", credentials.NewStaticCredentialsProvider("local", "local", "")}

// openParts opens the store and the mail service, and returns the sender and
// the feed that carries the store's changes to notify.
func (s *Stack) openParts(ctx context.Context, template *gateway.Template) (twofactor.MailSender, func(context.Context), error) {
	if s.options.Store == StoreDynamoDB {
		return s.openReal(ctx, template)
	}
	return s.openEmbedded()
}

// openEmbedded opens the embedded store and the inbox.
func (s *Stack) openEmbedded() (twofactor.MailSender, func(context.Context), error) {
	store, err := memory.Open(s.state.Path("store"))
	if err != nil {
		return nil, nil, err
	}
	s.onClose(func() { _ = store.Close() })
	s.store, s.front = store, store
	mails, err := inbox.Open(s.state.Path("inbox"))
	if err != nil {
		return nil, nil, err
	}
	s.onClose(func() { _ = mails.Close() })
	door, err := listen(s.options.InboxPort, "INBOX_PORT")
	if err != nil {
		return nil, nil, err
	}
	s.InboxURL = "http://" + door.Addr().String()
	s.serve(door, mails.Handler())
	sender, err := newSender(s.InboxURL)
	run := func(ctx context.Context) { feed.Embedded(ctx, store, s.target(feed.Decoder(store))) }
	return sender, run, err
}

// newSender makes the real mail sender, talking to url instead of SES.
func newSender(url string) (twofactor.MailSender, error) {
	client := sesv2.New(sesv2.Options{Region: local.region, Credentials: local.credentials, BaseEndpoint: aws.String(url)})
	return mail.NewSender(client, mail.Config{From: mailFrom})
}
