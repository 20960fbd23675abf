package stack

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// tableLimit is how long a table may take to be there.
const tableLimit = 20 * time.Second

// openTable finds the table or makes it as the template describes it.
func openTable(ctx context.Context, client *dynamodb.Client, name string, properties map[string]any) (*types.TableDescription, error) {
	found, err := client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
	if err == nil {
		if found.Table.LatestStreamArn == nil {
			return nil, errors.New("it has no stream")
		}
		return found.Table, nil
	}
	if missing := (*types.ResourceNotFoundException)(nil); !errors.As(err, &missing) {
		return nil, err
	}
	input, err := tableInput(name, properties)
	if err != nil {
		return nil, err
	}
	made, err := client.CreateTable(ctx, input)
	if err != nil {
		return nil, err
	}
	waiter := dynamodb.NewTableExistsWaiter(client)
	return made.TableDescription, waiter.Wait(ctx, &dynamodb.DescribeTableInput{TableName: &name}, tableLimit)
}

// tableInput turns the template's properties into a request. What only AWS
// has (backups, its own keys, protection from deletion) stays out.
func tableInput(name string, properties map[string]any) (*dynamodb.CreateTableInput, error) {
	kept := map[string]any{}
	for _, member := range []string{"AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode", "StreamSpecification"} {
		if value, ok := properties[member]; ok {
			kept[member] = value
		}
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return nil, err
	}
	input := &dynamodb.CreateTableInput{}
	if err := json.Unmarshal(text, input); err != nil {
		return nil, err
	}
	input.TableName = &name
	if input.StreamSpecification == nil || len(input.KeySchema) == 0 {
		return nil, errors.New("the template's table has no key or no stream")
	}
	// CloudFormation says so by naming a view; the API wants it said.
	input.StreamSpecification.StreamEnabled = aws.Bool(true)
	return input, nil
}
