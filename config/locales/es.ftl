# Todas las palabras del lado público, en español. Se trata de usted. Los mismos mensajes y en el mismo orden que en.ftl.
# Written for the reader, not translated word for word; a native speaker still has to read it.

neutral-title = Contacto · { $short }
other-language = English
other-language-code = en
language-help = Ayuda gratuita con el idioma: díganos qué idioma habla y buscamos un intérprete.
skip-main = Ir al contenido

help-label = Ayuda ahora mismo
help-911 = Emergencia
help-988 = Llame o escriba
help-samhsa = Línea de SAMHSA
leave = Salir
