return await Netpoll.Soak.SoakCommand.RunAsync(args);
