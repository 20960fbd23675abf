package mail

import (
	"context"
	"errors"
	"fmt"
	"maps"
	netmail "net/mail"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
	"github.com/aws/smithy-go"

	"sallyport/shared/twofactor"
)

// KindHeader carries the kind of a mail (contract §7).
const KindHeader = "X-Sallyport-Mail"

// sendTimeout bounds one mail, tries included. It is shorter than the time
// after which the outbox lets somebody else try (2 minutes).
const sendTimeout = 10 * time.Second

// throttleTries is how often a throttled call is made within sendTimeout, at
// most throttleWait apart; a longer wait is the outbox's business.
const (
	throttleTries = 3
	throttleWait  = 500 * time.Millisecond
)

// API is the part of the SES client that sending needs.
type API interface {
	SendEmail(ctx context.Context, in *sesv2.SendEmailInput, opts ...func(*sesv2.Options)) (*sesv2.SendEmailOutput, error)
}

// Config says how mails leave.
type Config struct {
	// From is the sender, "address" or "Name <address>", verified with SES.
	From string
	// ConfigurationSet is the SES configuration set; "" for none.
	ConfigurationSet string
}

// Sender sends mails through SES v2. It implements [twofactor.MailSender].
type Sender struct {
	api    API
	config Config
}

var _ twofactor.MailSender = (*Sender)(nil)

// NewSender makes a Sender; it refuses a From that is not one address.
func NewSender(api API, config Config) (*Sender, error) {
	from, err := netmail.ParseAddress(config.From)
	if err != nil || !twofactor.ValidAddress(from.Address) {
		return nil, errors.New("the sender of mails is not one address")
	}
	config.From = from.Address
	if from.Name != "" {
		config.From = from.String()
	}
	return &Sender{api: api, config: config}, nil
}

// SendMail implements [twofactor.MailSender]. What cannot be rendered or
// addressed is final; what SES says is judged by judge.
func (s *Sender) SendMail(ctx context.Context, m *twofactor.Mail, code twofactor.Secret) error {
	if !twofactor.ValidAddress(m.To) {
		return &twofactor.MailError{Name: "BadAddress", Final: true}
	}
	message, err := Render(m, code)
	if err != nil {
		return &twofactor.MailError{Name: "NotRendered", Final: true}
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	_, err = s.api.SendEmail(ctx, s.input(m, message), retryThrottled)
	return judge(err)
}

// input is one mail to one address, both parts in UTF-8.
func (s *Sender) input(m *twofactor.Mail, message Message) *sesv2.SendEmailInput {
	in := &sesv2.SendEmailInput{
		FromEmailAddress: aws.String(s.config.From),
		Destination:      &types.Destination{ToAddresses: []string{m.To}},
		Content: &types.EmailContent{Simple: &types.Message{
			Subject: utf8(message.Subject),
			Body:    &types.Body{Text: utf8(message.Text), Html: utf8(message.HTML)},
			Headers: []types.MessageHeader{
				{Name: aws.String(KindHeader), Value: aws.String(string(m.Kind))},
				// RFC 3834: keeps out-of-office programs from answering.
				{Name: aws.String("Auto-Submitted"), Value: aws.String("auto-generated")},
			},
		}},
	}
	tags := m.Tags()
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		in.EmailTags = append(in.EmailTags, types.MessageTag{Name: aws.String(name), Value: aws.String(tags[name])})
	}
	if s.config.ConfigurationSet != "" {
		in.ConfigurationSetName = aws.String(s.config.ConfigurationSet)
	}
	return in
}

func utf8(data string) *types.Content {
	return &types.Content{Data: aws.String(data), Charset: aws.String("UTF-8")}
}

// retryThrottled lets the client repeat throttled calls alone: SES has no
// idempotency field, so a call whose answer was lost may have sent the mail,
// and is left to the outbox.
func retryThrottled(o *sesv2.Options) {
	o.RetryMaxAttempts = 0
	o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) {
		r.MaxAttempts = throttleTries
		r.MaxBackoff = throttleWait
		r.Retryables = []retry.IsErrorRetryable{retry.RetryableErrorCode{Codes: retry.DefaultThrottleErrorCodes}}
	})
}

// final lists SES's errors that no repetition helps against: the mail itself
// or its address was refused. Everything else (throttled, paused, a sender or
// a configuration set that is not ready, a permission that is missing) can be
// put right while the outbox keeps trying.
var final = map[string]bool{
	"MessageRejected":     true,
	"BadRequestException": true,
	"ValidationException": true,
}

// judge turns what SES said into words that hold no address: SES's messages
// may quote one.
func judge(err error) error {
	if err == nil {
		return nil
	}
	var said smithy.APIError
	if errors.As(err, &said) && said.ErrorCode() != "" && said.ErrorCode() != "UnknownError" {
		return &twofactor.MailError{Name: said.ErrorCode(), Final: final[said.ErrorCode()]}
	}
	return fmt.Errorf("the mail service did not answer (%T)", err)
}
