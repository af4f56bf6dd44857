/*
 * What somebody plants to run before the gate, or to have a file written: a
 * file in the home, a variable in ~/.pam_environment, code that is loaded; and
 * the names of the drop-in's SetEnv line that keep it out.
 */
#ifndef SYSTEM_PLANT_H
#define SYSTEM_PLANT_H

/* One way; MARK stands for the file that shows that it ran. */
struct plant {
	const char *shell;
	const char *file;	 /* below the home, or NULL */
	const char *content;	 /* with one %s for MARK */
	const char *make;	 /* what sh(1) then does in the home, or NULL */
	const char *environment; /* ~/.pam_environment, or NULL */
	const char *mark;	 /* MARK below the home, as glob(7) has it;
				    NULL: "mark" */
	const char *names[4];	 /* of the SetEnv line, that close it */
};

/* A line of ~/.pam_environment, as pam_env.conf(5) has it. */
#define SETS(name, value) name " OVERRIDE=\"" value "\"\n"

/*
 * Logs in with the password alone, and fails when it ran, or when it does not
 * run without the names either: then nothing shows that they are needed.
 */
void plant_expect_closed(const struct plant *p);

/* plant_expect_closed(), from a list of the fields. */
#define CLOSED(...) plant_expect_closed(&(struct plant){__VA_ARGS__})

#endif
