// Package notify builds the function notify. It is apart from package boot so
// that no other function links SES.
package notify

import (
	"context"
	"encoding/json"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"sallyport/shared/boot"
	"sallyport/shared/dynamo"
	"sallyport/shared/mail"
	"sallyport/shared/stream"
	"sallyport/shared/twofactor"
)

// Handler answers one invocation; package stream lists the kinds.
type Handler func(ctx context.Context, payload json.RawMessage) (any, error)

// wait waits for d or until ctx ends.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// New builds the function notify. Of the keys it can open only those of mail
// codes.
func New() (Handler, error) {
	base, err := boot.Open("notify")
	if err != nil {
		return nil, err
	}
	config := base.Config
	client := sesv2.NewFromConfig(config.AWS(), func(o *sesv2.Options) { o.BaseEndpoint = boot.Endpoint(config.SES) })
	sender, err := mail.NewSender(client, mail.Config{From: config.MailFrom, ConfigurationSet: config.ConfigurationSet})
	if err != nil {
		return nil, err
	}
	base.Deps.MailVault = base.Keeper
	notify := twofactor.NewNotify(base.Deps, sender)
	notify.Retention = time.Duration(config.RetentionDays) * 24 * time.Hour
	// The schedule runs once a minute.
	notify.BulkPerRun, notify.Wait = config.BulkPerMinute, wait
	notify.Refused = func(kind twofactor.MailKind, failure string, final bool) {
		base.Log.Warn("a mail was not taken", "code", "mail_refused", "kind", string(kind), "failure", failure, "final", final)
	}
	return stream.New(notify, dynamo.DecodeRecord, base.Log).Invoke, nil
}
