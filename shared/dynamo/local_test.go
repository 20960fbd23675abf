package dynamo

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"sallyport/shared/storetest"
	"sallyport/shared/twofactor"
)

// endpointVariable names a running DynamoDB Local; the SDKs read the same one.
const endpointVariable = "AWS_ENDPOINT_URL_DYNAMODB"

var localCredentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
})

// localClient connects to DynamoDB Local. Without one the test is skipped,
// except where nothing may be skipped.
func localClient(t *testing.T) (*dynamodb.Client, string) {
	t.Helper()
	endpoint := os.Getenv(endpointVariable)
	if endpoint == "" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not set, and CI skips nothing", endpointVariable)
		}
		t.Skipf("%s is not set: start DynamoDB Local to run this test", endpointVariable)
	}
	return clientAt(endpoint), endpoint
}

func clientAt(endpoint string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: "local", BaseEndpoint: &endpoint, Credentials: localCredentials,
	})
}

// localTable makes a table of this test's own and removes it afterwards.
func localTable(t *testing.T, options ...Option) *tested {
	t.Helper()
	client, endpoint := localClient(t)
	table := fmt.Sprintf("test-%d", time.Now().UnixNano())
	out, err := client.CreateTable(t.Context(), TableInput(table))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = client.DeleteTable(context.WithoutCancel(t.Context()), &dynamodb.DeleteTableInput{TableName: &table})
	})
	return &tested{
		Store: New(client, table, options...), stream: *out.TableDescription.LatestStreamArn,
		streams: dynamodbstreams.New(dynamodbstreams.Options{
			Region: "local", BaseEndpoint: &endpoint, Credentials: localCredentials,
		}),
	}
}

// tested gives the suite what it needs beyond the store.
type tested struct {
	*Store
	stream  string
	streams *dynamodbstreams.Client
}

const unknownAttribute = "from_the_future"

func (s *tested) AddUnknown(ctx context.Context, key twofactor.Key) error {
	at, err := addressOf(key)
	if err != nil {
		return err
	}
	_, err = s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: at.attributes(), UpdateExpression: aws.String("SET #n = :x"),
		ExpressionAttributeNames: map[string]string{"#n": unknownAttribute},
		ExpressionAttributeValues: item{":x": &types.AttributeValueMemberM{Value: item{
			"deep": &types.AttributeValueMemberSS{Value: []string{"a", "b"}},
		}}},
	})
	return err
}

func (s *tested) HasUnknown(ctx context.Context, key twofactor.Key) (bool, error) {
	at, err := addressOf(key)
	if err != nil {
		return false, err
	}
	items, err := s.get(ctx, at, true)
	if err != nil || len(items) != 1 {
		return false, err
	}
	m, ok := items[0][unknownAttribute].(*types.AttributeValueMemberM)
	if !ok {
		return false, nil
	}
	set, ok := m.Value["deep"].(*types.AttributeValueMemberSS)
	return ok && len(set.Value) == 2, nil
}

func (s *tested) Changes(ctx context.Context) ([]twofactor.Change, error) {
	described, err := s.streams.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: &s.stream})
	if err != nil {
		return nil, err
	}
	var changes []twofactor.Change
	for _, shard := range described.StreamDescription.Shards {
		more, err := s.shardChanges(ctx, shard.ShardId)
		if err != nil {
			return nil, err
		}
		changes = append(changes, more...)
	}
	return changes, nil
}

// shardChanges reads a shard to where it is empty for now.
func (s *tested) shardChanges(ctx context.Context, shard *string) ([]twofactor.Change, error) {
	at, err := s.streams.GetShardIterator(ctx, &dynamodbstreams.GetShardIteratorInput{
		StreamArn: &s.stream, ShardId: shard, ShardIteratorType: streamtypes.ShardIteratorTypeTrimHorizon,
	})
	if err != nil {
		return nil, err
	}
	var changes []twofactor.Change
	for next := at.ShardIterator; next != nil; {
		out, err := s.streams.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: next})
		if err != nil {
			return nil, err
		}
		if len(out.Records) == 0 {
			return changes, nil
		}
		for _, r := range out.Records {
			change, err := DecodeRecord(lambdaRecord(r))
			if err != nil {
				return nil, err
			}
			changes = append(changes, change)
		}
		next = out.NextShardIterator
	}
	return changes, nil
}

func TestTheTablePassesTheSuite(t *testing.T) {
	store := localTable(t)
	storetest.Run(t, func(*testing.T) twofactor.Store { return store })
}
