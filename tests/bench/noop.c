/* The least that a hook can call: a static program that does nothing. */

int main(void)
{
	return 0;
}
