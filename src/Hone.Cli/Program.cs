return Hone.Cli.HoneCommand.Run(args);
