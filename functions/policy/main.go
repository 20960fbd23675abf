// Command policy is the Lambda function policy: see boot.Policy for what it may do and
// httpapi.Routes for the calls that it answers.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"sallyport/shared/boot"
)

func main() {
	lambda.Start(boot.OrStop(boot.Policy()))
}
