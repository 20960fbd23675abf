package main

import (
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// verifyAim is how much more a verify may cost than the bare SDK calls that
// it makes.
const verifyAim = 1.5

// benchVerify compares one accepted code, through the whole handler, with the
// bare calls: read the tenant, read the user, write the user.
func benchVerify(ctx context.Context) error {
	p, err := newPerson(ctx)
	if err != nil {
		return err
	}
	sdk, err := p.bareCalls(ctx)
	if err != nil {
		return err
	}
	body := `{"code":"` + p.code + `"}`
	code := event("POST", "/v1/verify", p.login, body)
	if answer, err := p.verify(ctx, code); err != nil || answer.StatusCode != 200 {
		return fmt.Errorf("verify: %v %d %s", err, answer.StatusCode, answer.Body)
	}
	p.table.reads, p.table.writes = 0, 0
	whole := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			if answer, err := p.verify(ctx, code); err != nil || answer.StatusCode != 200 {
				b.Fatal(err, answer.StatusCode)
			}
		}
	})
	reads, writes := float64(p.table.reads), float64(p.table.writes)
	bare := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			if err := sdk(ctx); err != nil {
				b.Fatal(err)
			}
		}
	})
	fmt.Printf("\n%-34s %12s %12s\n", "one accepted code", "µs", "allocations")
	fmt.Printf("%-34s %12.1f %12d\n", "the whole handler", micro(whole), whole.AllocsPerOp())
	fmt.Printf("%-34s %12.1f %12d\n", "the bare SDK calls", micro(bare), bare.AllocsPerOp())
	fmt.Printf("%-34s %12.2f %12.2f   (aim: at most %.1f)\n", "ratio",
		micro(whole)/micro(bare), float64(whole.AllocsPerOp())/float64(bare.AllocsPerOp()), verifyAim)
	fmt.Printf("%-34s %12.1f\n", "reads for each write", reads/writes)
	return nil
}

func micro(r testing.BenchmarkResult) float64 {
	return float64(r.T.Nanoseconds()) / float64(r.N) / 1000
}

// bareCalls returns the calls of a verify without anything around them, on the
// same records.
func (p *person) bareCalls(ctx context.Context) (func(context.Context) error, error) {
	key := func(pk, sk string) map[string]types.AttributeValue {
		return map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: sk},
		}
	}
	tenant := &dynamodb.GetItemInput{TableName: aws.String(tableName), Key: key(tenantID, "tenant")}
	user := &dynamodb.GetItemInput{
		TableName: aws.String(tableName), Key: key(tenantID+"#"+userID, "auth"), ConsistentRead: aws.Bool(true),
	}
	stored, err := p.client.GetItem(ctx, user)
	if err != nil {
		return nil, err
	}
	if found, err := p.client.GetItem(ctx, tenant); err != nil || len(found.Item) == 0 || len(stored.Item) == 0 {
		return nil, fmt.Errorf("the records of the bare calls are not there: %v", err)
	}
	put := &dynamodb.PutItemInput{
		TableName: aws.String(tableName), Item: stored.Item,
		ConditionExpression:       aws.String("v = :v"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":v": stored.Item["v"]},
	}
	return func(ctx context.Context) error {
		if _, err := p.client.GetItem(ctx, tenant); err != nil {
			return err
		}
		if _, err := p.client.GetItem(ctx, user); err != nil {
			return err
		}
		_, err := p.client.PutItem(ctx, put)
		return err
	}, nil
}
