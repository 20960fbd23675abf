// Command operator is the Lambda function operator: a schedule runs it, and a
// person who installs the service; see boot.Operator.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"sallyport/shared/boot"
)

func main() {
	lambda.Start(boot.OrStop(boot.Operator()))
}
