# Todas las palabras del lado público, en español. Se trata de usted. Los mismos mensajes y en el mismo orden que en.ftl.
# Written for the reader, not translated word for word; a native speaker still has to read it before it is relied on.

neutral-title = Contacto · { $short }
error-prefix = Error
other-language = English
other-language-code = en
language-help = Ayuda gratuita con el idioma: pida un intérprete en cualquier idioma.
skip-main = Ir al contenido
call = Llamar al
call-example = Este número es un ejemplo.
staff-sign-in = Acceso del personal

help-label = Ayuda ahora mismo
help-label-more = Más ayuda
help-911 = Emergencia
help-988 = Llame o escriba
help-samhsa = Línea de SAMHSA
leave = Salir
lines-heading = Si no puede esperar
lines-911 = Llame al 911
lines-911-when = Alguien no despierta, no respira bien o quizá tuvo una sobredosis.
lines-988-call = Llame al 988 y oprima 2
lines-988-or = o
lines-988-text = envíe AYUDA al 988
lines-988-when = Línea de prevención del suicidio y crisis. Para pensamientos de suicidio o cualquier crisis; gratis, a toda hora.
lines-samhsa-when = Línea nacional de SAMHSA. Información sobre tratamiento en español e inglés; gratis, a toda hora.

form-heading = Supere la adicción en { $name }
form-lead = { $short } ofrece ahora admisión inmediata en programas de internamiento, ambulatorios o por telesalud. Escríbanos hoy para saber más.
form-lead-some = { $short } ofrece ahora admisión inmediata en programas { $kinds }. Escríbanos hoy para saber más.
form-lead-full = Hoy todos los lugares de { $short } están ocupados. Escríbanos de todos modos: tenemos lista de espera y conocemos otras opciones.
form-lead-inpatient = de internamiento
form-lead-outpatient = ambulatorios
form-lead-telehealth = por telesalud
form-lead-or = { " o " }
form-answered = Contestamos { $hours }.
form-answered-always = Contestamos de día y de noche.
form-or-write = O escríbanos aquí: dos minutos, en privado y sin costo por preguntar.
optional = (opcional)

who-legend = ¿Para quién es la ayuda?
who-me = Para mí
who-me-hint = Busco ayuda para mí
who-loved-one = Para alguien que quiero
who-loved-one-hint = Un familiar, mi pareja o una amistad
who-client = Para un paciente o cliente mío
who-client-hint = Escribo como profesional

reach-legend = ¿Cómo podemos comunicarnos?
reach-hint = Basta con un teléfono o un correo electrónico.
name-label = Su nombre
name-hint = O el nombre que prefiera que usemos.
phone-label = Número de teléfono
phone-hint = Lo usamos solo para responderle.
email-label = Correo electrónico
method-legend = La mejor manera de comunicarnos
method-call = Llamada
method-text = Texto
method-email = Correo
text-consent = Pueden enviarme mensajes de texto sobre esta solicitud. Puede haber cargos por mensajes y datos. Puedo detenerlos cuando quiera respondiendo STOP; mi atención no depende de esto.
voicemail = Pueden dejar un mensaje de voz.
voicemail-hint = Si no, colgamos sin dejar mensaje.
acknowledge = Envíenme un correo breve para avisar que llegó.
acknowledge-hint = No dice de qué se trata.

help-legend = ¿Qué le ayudaría?
program-legend = Tipo de atención
program-not-sure = Todavía no sé
program-not-sure-hint = Lo pensamos juntos
program-inpatient = Internamiento
program-inpatient-hint = Se queda con nosotros, con atención día y noche
program-outpatient = Ambulatorio
program-outpatient-hint = Vive en casa y viene al tratamiento
program-telehealth = Telesalud
program-telehealth-hint = Tratamiento por video o teléfono, donde esté
soon-legend = ¿Para cuándo?
soon-today = Hoy, si se puede
soon-this-week = En una semana
soon-just-asking = Solo quiero preguntar
message-label = Algo que quiera contarnos
message-hint = Omita lo que prefiera decir en persona.

more-summary = Algunas cosas más, si quiere
best-time-legend = La mejor hora para comunicarnos
best-time-any = A cualquier hora
best-time-morning = Por la mañana
best-time-afternoon = Por la tarde
best-time-evening = Por la noche
state-label = ¿Dónde está ahora?
state-hint = La atención por video solo se permite en ciertos estados.
state-none = Prefiero no decirlo
interpreter = Necesito un intérprete.
interpreter-hint = Es gratis. Le preguntamos el idioma al comunicarnos.
trap = Este campo es para fines de validación y debe dejarse sin cambios.

send-means = Al enviar esto, usted nos pide que nos comuniquemos para hablar de tratamiento.
send-button = Enviar mi solicitud
promise-now = Nuestro equipo de admisiones suele responder en { $minutes } minutos, { $hours }.
promise-hours = Nuestro equipo de admisiones responde { $hours }.
private-link = Cómo protegemos su privacidad

next-heading = Qué sigue
next-contact = Nos comunicamos
next-contact-how = Del modo que pidió.
next-listen = Le escuchamos
next-listen-how = Unas preguntas sobre salud, hogar y seguro. Puede saltarse cualquiera.
next-decide = Usted decide
next-decide-how = Le decimos qué podemos ofrecer y cuándo. Nada se decide sin usted.
private-heading = Privado, como debe ser
private-text = Solo nuestro equipo de admisiones ve lo que escribe. No lo vendemos, no lo usamos para publicidad ni avisamos a su empleo o familia.

summary-heading = { $count ->
    [1] Revise una respuesta, por favor
    [2] Revise dos respuestas, por favor
    [3] Revise tres respuestas, por favor
    [4] Revise cuatro respuestas, por favor
    [5] Revise cinco respuestas, por favor
   *[other] Revise { $count } respuestas, por favor
  }
summary-kept = Lo que escribió sigue aquí. Todavía no se ha enviado nada.
error-who-for = Díganos para quién es la ayuda
error-name = Díganos cómo quiere que le llamemos
error-name-long = Use un nombre más corto: 200 letras como máximo, y 1,000 caracteres con todos los acentos y signos
error-phone-or-email = Escriba un teléfono o un correo para que podamos responderle
error-phone = Escriba un teléfono con al menos 7 cifras, como 831 555 0142
error-phone-long = Use un número de teléfono más corto, de 100 caracteres como máximo
error-email = Escriba un correo con @, como nombre@example.org
error-email-long = Use un correo más corto, de 320 caracteres como máximo
error-message-long = Use 4,000 letras como máximo; el resto puede contarlo en persona
error-state = Elija un estado de la lista
error-choice = Elija una de las respuestas que se muestran
error-control = Quite los signos ocultos de esta respuesta; escribirla de nuevo ayuda
error-not-text = Use texto simple para esta respuesta
not-saved = No pudimos guardar su solicitud. Lo que escribió sigue con usted: envíelo de nuevo, por favor, o llame al { $phone }.

day-0 = lunes
day-1 = martes
day-2 = miércoles
day-3 = jueves
day-4 = viernes
day-5 = sábado
day-6 = domingo
days-all = todos los días
days-range = de { $first } a { $last }
hours-always = de día y de noche
hours-all-day = todo el día
hours-span = de { $from } a { $to }
hours-and = y
hours-line = { $days } { $spans }
hours-in-zone = { $hours }, { $zone }
time-midnight = medianoche
time-in-zone = { $time }, { $zone }
zone-pacific = hora del Pacífico
zone-mountain = hora de la Montaña
zone-arizona = hora de Arizona
zone-central = hora del Centro
zone-eastern = hora del Este
zone-alaska = hora de Alaska
zone-hawaii = hora de Hawái
zone-other = hora de { $name }

receipt-thanks = Gracias. Recibimos su solicitud.
receipt-thanks-lead = Pedir ayuda es un gran paso. Ahora no tiene que hacer nada más.
receipt-status-heading = Su solicitud
receipt-received = La hemos recibido
receipt-received-lead = Está guardada de forma segura y espera a una persona.
receipt-seen = Una persona la ha visto
receipt-seen-lead = Alguien de nuestro equipo se encarga de ella.
receipt-tried = Intentamos comunicarnos
receipt-tried-lead = Lo intentaremos de nuevo. También puede llamarnos cuando le convenga.
receipt-talking = Estamos en conversación
receipt-talking-lead = Usted y nuestro equipo están hablando.
receipt-arranged = El siguiente paso está acordado
receipt-arranged-lead = Si algo cambia para usted, llámenos.
receipt-done = hecho
receipt-code-label = Su código
receipt-code-hint = Dígalo cuando le llamemos, o cuando nos llame, y no tendrá que empezar de nuevo. Basta una captura de pantalla.
receipt-write-down = Si puede, anote este código y nuestro número. Para ver cómo va, vuelva a esta página.
receipt-before = Antes de las { $time }, nos comunicamos
receipt-after-opening = Cuando abramos, { $time }, nos comunicamos
receipt-wait-heading = ¿Prefiere no esperar?
receipt-stop-heading = ¿Cambió de opinión?
receipt-stop-summary = Por favor, no se comuniquen conmigo
receipt-stop-what = Dejamos de inmediato de llamar, enviar mensajes y correos sobre esta solicitud. Una persona de nuestro equipo lo verá. Usted puede llamarnos y volver a escribir cuando quiera.
receipt-stop-button = No me contacten más
receipt-stopped = No nos comunicaremos con usted
receipt-stopped-lead = Ya no habrá llamadas, mensajes ni correos sobre esta solicitud. Si después quiere hablar, llámenos o escriba de nuevo. Será bienvenido.
receipt-stopped-code = Dígalo si nos llama, y no tendrá que empezar de nuevo. Basta una captura de pantalla.
receipt-stopped-call = Si quiere hablar
receipt-shared-heading = ¿Es un teléfono compartido?
receipt-shared-text = Esta página no muestra su nombre ni su número. Puede cerrarla ahora.
receipt-shared-leave = Salir al pronóstico del tiempo
lost-heading = No encontramos esta página
lost-lead = Puede haber un error en la dirección, o la página ya no se guarda.
lost-call = Llámenos y le ayudamos desde ahí.
lost-write = También puede escribirnos de nuevo. Nunca es demasiado.
lost-write-link = Escríbanos

wrong-400 = No pudimos leerlo
wrong-400-lead = Vuelva atrás e inténtelo de nuevo, por favor.
wrong-403 = No pudimos aceptarlo
wrong-403-lead = Parece venir de otra página. Abra esta página de nuevo y envíelo desde aquí.
wrong-404 = Esta página no está aquí
wrong-404-lead = Puede haber un error en la dirección.
wrong-405 = Esta página no puede hacer eso
wrong-405-lead = Empiece desde la primera página, por favor.
wrong-408 = Tardó demasiado
wrong-408-lead = Quizá la conexión sea lenta. Vuelva atrás e inténtelo de nuevo; lo que escribió debería seguir ahí.
wrong-408-sent = Quizá la conexión sea lenta. Todavía no se guardó nada. Recargue esta página para enviarlo de nuevo: su navegador conserva lo que escribió y quizá le pida confirmarlo. O vuelva al formulario.
wrong-413 = Es más de lo que podemos recibir
wrong-413-lead = Vuelva atrás y escriba un poco menos. El resto puede contarlo en persona.
wrong-415 = No pudimos leerlo
wrong-415-lead = Use el formulario de nuestra primera página, por favor.
wrong-429 = Demasiados intentos en poco tiempo
wrong-429-lead = Espere un minuto e inténtelo de nuevo, por favor.
wrong-500 = Algo falló de nuestro lado
wrong-500-lead = No es culpa suya. Inténtelo de nuevo en unos minutos, por favor.
wrong-503 = Tenemos mucha demanda ahora mismo
wrong-503-lead = Inténtelo de nuevo en un minuto, por favor.
wrong-starting = Esperando la base de datos
wrong-starting-lead = Las páginas del personal se abren por sí solas en cuanto se pueda usar la base de datos. Inténtelo de nuevo en un minuto. Si esto continúa, avise a su administrador: el registro de Intake dice qué falta.
unconfirmed = No pudimos confirmar este cambio
unconfirmed-lead = Es posible que ya esté guardado. Espere unos minutos y vuelva a mirar antes de repetirlo, o llámenos.
unconfirmed-staff-lead = Un servidor de la base de datos no responde, así que no se puede confirmar que su cambio esté a salvo. Es posible que ya esté guardado. Abra el registro y mire antes de repetirlo, y avise a su administrador.
wrong-503-sent = Todavía no se guardó nada. Espere un momento y recargue esta página para enviarlo de nuevo: su navegador conserva lo que escribió y quizá le pida confirmarlo. O vuelva al formulario.
wrong-call = Puede llamarnos ahora.
wrong-home = Ir a la primera página
wrong-id = Si nos avisa, este número ayuda: { $id }

# The mail to somebody who asked for one. A shared mailbox must not betray anyone: it does not say what it is about.
mail-ack-subject = Recibimos su mensaje
mail-ack-thanks = Gracias por escribirnos. Su código es:
mail-ack-next = Nos pondremos en contacto como usted lo pidió. Si prefiere no esperar, llame al { $phone }.
mail-ack-crisis = En una emergencia, llame al 911. En una crisis, llame o envíe un mensaje de texto al 988.
mail-ack-wrong = ¿No es para usted? Puede ignorar este mensaje. No le enviaremos nada más.
