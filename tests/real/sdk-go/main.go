// Says which access key the SDK for Go finds by itself; nobody is asked for
// more.
package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/config"
)

func main() {
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		fmt.Println("error", err)
		return
	}
	found, err := cfg.Credentials.Retrieve(ctx)
	if err != nil {
		fmt.Println("error", err)
		return
	}
	fmt.Println(found.AccessKeyID)
}
