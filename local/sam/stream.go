package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"

	"sallyport/local/feed"
)

// notify is the notify function behind "sam local start-lambda".
type notify struct{ stack *stack }

var _ lambda.Handler = notify{}

// Invoke implements [lambda.Handler].
func (n notify) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	var answer json.RawMessage
	err := n.stack.call(ctx, "NotifyFunction", json.RawMessage(payload), &answer)
	return answer, err
}

// startStream feeds the table's stream to notify, as the mapping of the
// template does: the SAM CLI has nothing for that.
func (s *stack) startStream(ctx context.Context) error {
	if s.inbox == "" {
		return nil // without a mail service every record would fail
	}
	described, err := s.tableClient().DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(table)})
	if err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(s.dir, "stream.log"))
	if err != nil {
		return err
	}
	client := dynamodbstreams.New(dynamodbstreams.Options{
		Region: region, BaseEndpoint: aws.String(s.dynamo), Credentials: localCredentials,
	})
	target := feed.Target{
		Function: notify{s}, Failed: filepath.Join(s.dir, "failed"),
		Log: slog.New(slog.NewJSONHandler(log, nil)),
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	running.Go(func() { feed.Streams(ctx, client, aws.ToString(described.Table.LatestStreamArn), target) })
	s.stops = append(s.stops, func() {
		stop()
		running.Wait()
		_ = log.Close()
	})
	return nil
}
