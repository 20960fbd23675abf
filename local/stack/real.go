package stack

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"

	"sallyport/local/feed"
	"sallyport/local/gateway"
	"sallyport/local/parts"
	"sallyport/shared/dynamo"
	"sallyport/shared/twofactor"
)

// openReal opens the store on DynamoDB and the mail service behind SES's API,
// starting DynamoDB Local and aws-ses-v2-local where none were named.
func (s *Stack) openReal(ctx context.Context, template *gateway.Template) (twofactor.MailSender, func(context.Context), error) {
	if err := s.startSES(ctx); err != nil {
		return nil, nil, err
	}
	if err := s.startDynamoDB(ctx); err != nil {
		return nil, nil, err
	}
	client := dynamodb.New(dynamodb.Options{Region: local.region, Credentials: local.credentials, BaseEndpoint: &s.options.DynamoDB})
	table, err := openTable(ctx, client, s.options.table(), template.Table)
	if err != nil {
		return nil, nil, fmt.Errorf("the table %q on %s cannot be used: %w", s.options.table(), s.options.DynamoDB, err)
	}
	s.store = metered(client, s.options.table(), s.options.FeedMeter)
	s.front = metered(client, s.options.table(), s.options.Meter)
	sender, err := newSender(s.InboxURL)
	streams := dynamodbstreams.New(dynamodbstreams.Options{Region: local.region, Credentials: local.credentials, BaseEndpoint: &s.options.DynamoDB})
	run := func(ctx context.Context) {
		feed.Streams(ctx, streams, aws.ToString(table.LatestStreamArn), s.target(dynamo.DecodeRecord))
	}
	return sender, run, err
}

// metered is the store, with a meter if there is one.
func metered(client *dynamodb.Client, table string, meter dynamo.Meter) *dynamo.Store {
	if meter == nil {
		return dynamo.New(client, table)
	}
	return dynamo.New(client, table, dynamo.WithMeter(meter))
}

// startSES finds or starts the mail service.
func (s *Stack) startSES(ctx context.Context) error {
	if s.options.SES != "" {
		s.InboxURL = s.options.SES
		return nil
	}
	// Taken and given back, so that a taken port is told at once.
	if s.options.InboxPort != 0 {
		door, err := listen(s.options.InboxPort, "INBOX_PORT")
		if err != nil {
			return err
		}
		if err := door.Close(); err != nil {
			return err
		}
	}
	ses, err := parts.SES{Local: s.localFolder(), Port: s.options.InboxPort, Log: s.state.Path("ses.log")}.Start(ctx)
	if err != nil {
		return err
	}
	s.onClose(ses.Stop)
	s.InboxURL = ses.URL
	return nil
}

// startDynamoDB finds or starts the store.
func (s *Stack) startDynamoDB(ctx context.Context) error {
	if s.options.DynamoDB != "" {
		return nil
	}
	part := parts.DynamoDB{Local: s.localFolder(), Log: s.state.Path("dynamodb.log")}
	if !s.options.InMemory {
		data, err := s.state.Sub("dynamodb")
		if err != nil {
			return err
		}
		part.Data = data
	}
	process, err := part.Start(ctx)
	if err != nil {
		return err
	}
	s.onClose(process.Stop)
	s.options.DynamoDB = process.URL
	return nil
}
